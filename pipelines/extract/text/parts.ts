import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonText, Parted } from '../delivery.ts'

export interface Reject {
  position: number
  /** Line, or row of a sheet, from 1. */
  line: number
  reason: 'ragged' | 'quote' | 'encoding'
  text: string
}

/** Takes the records of a delivery apart into those that can be taken in and those that cannot, as files of JSON lines. */
export interface Parts {
  keep(position: number, values: (string | null)[]): Promise<void>
  /** A record whose bytes cannot be decoded comes with its values all the same: its key can be read. */
  reject(reject: Reject, values?: (string | null)[]): Promise<void>
  /** Keeps or rejects a line of JSON that is there already. */
  keepLine(json: string): Promise<void>
  rejectLine(reject: Reject, json: string): Promise<void>
  close(): Promise<Parted>
}

/** Opens the files of the parts in a hidden folder. */
export async function openParts(dir: string): Promise<Parts> {
  const rows = await openLines(join(dir, '.rows.json'))
  const unread = await openLines(join(dir, '.unread.json'))
  const rejects = await openLines(join(dir, '.rejects.json'))
  const write = ({ position, line, reason, text }: Reject) =>
    rejects.write(JSON.stringify({ _row: position, c0: line, c1: reason, c2: text.toWellFormed() }))
  return {
    keep: (position, values) => rows.write(record(position, values)),
    keepLine: (json) => rows.write(json),
    async reject(reject, values) {
      await write(reject)
      if (values && reject.reason === 'encoding') await unread.write(record(reject.position, values))
    },
    async rejectLine(reject, json) {
      await write(reject)
      await unread.write(json)
    },
    async close() {
      const texts = []
      for (const lines of [rows, rejects, unread]) texts.push(await lines.close())
      const [kept, rejected, undecoded] = texts as [JsonLines, JsonLines, JsonLines]
      return { text: kept.text, rejects: rejected, undecodable: undecoded }
    },
  }
}

function record(position: number, values: (string | null)[]): string {
  const fields = values.map((value, i) => [`c${i}`, value?.toWellFormed() ?? null])
  return JSON.stringify({ _row: position, ...Object.fromEntries(fields) })
}

interface JsonLines {
  text: JsonText
  count: number
}

const bundle = 1 << 20

/** Writes lines in bundles. */
async function openLines(path: string) {
  const file: FileHandle = await open(path, 'w', 0o600)
  let held = ''
  let [count, longest] = [0, 0]
  const flush = async () => {
    await file.appendFile(held)
    held = ''
  }
  return {
    async write(line: string) {
      held += `${line}\n`
      count += 1
      // A character takes at most three bytes a unit.
      longest = Math.max(longest, 3 * line.length)
      if (held.length >= bundle) await flush()
    },
    async close(): Promise<JsonLines> {
      await flush()
      await file.close()
      return { text: { form: 'json', path, numbered: true, longest }, count }
    },
  }
}
