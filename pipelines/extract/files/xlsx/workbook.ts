import { posix } from 'node:path'
import type { Readable } from 'node:stream'
import { type Archive, openArchive } from '../archive.ts'
import { openStrings, type Strings } from './strings.ts'
import { type NumberKind, readStyles } from './styles.ts'
import { longestPart, parseXml } from './xml.ts'

export interface Workbook {
  /** In the order of the workbook. */
  sheets: { name: string; member: string }[]
  strings: Strings
  /** What a cell's style makes of its number. */
  styles: NumberKind[]
  /** Days count from 1904, as old Macintosh programs have it. */
  since1904: boolean
  read(member: string): Promise<Readable>
  close(): void
}

/** Opens a workbook; its shared texts are spilled to `spill`. */
export async function openWorkbook(path: string, spill: string, times?: number): Promise<Workbook> {
  const archive = await openArchive(path, times)
  let strings: Strings | undefined
  try {
    const main = (await related(archive, '', 'officeDocument')).get('officeDocument')?.[0]?.member
    if (!main || !archive.members.has(main)) throw new Error('it holds no workbook')
    const parts = await related(archive, main)
    const { sheets, since1904 } = await readMain(archive, main)
    const memberOf = new Map((parts.get('worksheet') ?? []).map(({ id, member }) => [id, member]))
    const one = (kind: string) => {
      const member = parts.get(kind)?.[0]?.member
      return member && archive.members.has(member) ? archive.read(member) : undefined
    }
    strings = await openStrings(await one('sharedStrings'), spill)
    const opened = strings
    return {
      sheets: sheets.flatMap(({ name, id }) => {
        const member = memberOf.get(id)
        return member && archive.members.has(member) ? [{ name, member }] : []
      }),
      strings,
      styles: await readStyles(await one('styles')),
      since1904,
      read: (member) => archive.read(member),
      close() {
        opened.close()
        archive.close()
      },
    }
  } catch (error) {
    strings?.close()
    archive.close()
    throw error
  }
}

interface Part {
  id: string
  member: string
}

/** The parts that a part names, by kind (the last word of the kind's address). */
async function related(archive: Archive, part: string, only?: string): Promise<Map<string, Part[]>> {
  const { dir, base } = posix.parse(part)
  const member = posix.join(dir, '_rels', `${base}.rels`)
  const found = new Map<string, Part[]>()
  if (!archive.members.has(member)) return found
  const events = {
    open(name: string, { Id = '', Type = '', Target = '', TargetMode }: Record<string, string>) {
      const kind = Type.slice(Type.lastIndexOf('/') + 1)
      if (name !== 'Relationship' || TargetMode === 'External' || (only && kind !== only)) return
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(dir, Target)
      const parts = found.get(kind) ?? []
      parts.push({ id: Id, member: target })
      found.set(kind, parts)
    },
  }
  for await (const _ of parseXml(await archive.read(member), events, longestPart));
  return found
}

async function readMain(archive: Archive, main: string) {
  const sheets: { name: string; id: string }[] = []
  let since1904 = false
  const events = {
    open(name: string, attributes: Record<string, string>) {
      if (name === 'workbookPr') since1904 = /^(1|true)$/.test(attributes.date1904 ?? '')
      if (name !== 'sheet') return
      const id = Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key))?.[1] ?? ''
      sheets.push({ name: attributes.name ?? '', id })
    },
  }
  for await (const _ of parseXml(await archive.read(main), events, longestPart));
  return { sheets, since1904 }
}
