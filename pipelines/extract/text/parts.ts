import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonText, Parted } from '../delivery.ts'

export interface Reject {
  position: number
  /** Line, or row of a sheet, from 1. */
  line: number
  /** json: no JSON object; formula: a cell whose result was not stored. */
  reason: 'ragged' | 'quote' | 'encoding' | 'json' | 'formula'
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
}

/** Parts a delivery into files in a hidden folder; they are closed whatever happens. */
export async function part(dir: string, work: (parts: Parts) => Promise<void>): Promise<Parted> {
  const opened: JsonLinesFile[] = []
  try {
    for (const name of ['.rows.json', '.unread.json', '.rejects.json'])
      opened.push(await openLines(join(dir, name)))
    const [rows, unread, rejects] = opened as [JsonLinesFile, JsonLinesFile, JsonLinesFile]
    await work(partsOf(rows, unread, rejects))
    for (const lines of opened) await lines.flush()
    return { text: rows.made().text, rejects: rejects.made(), undecodable: unread.made() }
  } finally {
    for (const lines of opened) await lines.close()
  }
}

function partsOf(rows: JsonLinesFile, unread: JsonLinesFile, rejects: JsonLinesFile): Parts {
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
  }
}

function record(position: number, values: (string | null)[]): string {
  const fields: Record<string, string | number> = { _row: position }
  // What is left out is null: wide tables that are mostly empty would be written many times over.
  for (const [i, value] of values.entries()) if (value !== null) fields[`c${i}`] = value.toWellFormed()
  return JSON.stringify(fields)
}

interface JsonLinesFile {
  write(line: string): Promise<void>
  flush(): Promise<void>
  made(): { text: JsonText; count: number }
  close(): Promise<void>
}

const bundle = 1 << 20

/** Writes lines in bundles. */
async function openLines(path: string): Promise<JsonLinesFile> {
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
    flush,
    made: () => ({ text: { form: 'json', path, numbered: true, longest }, count }),
    close: () => file.close(),
  }
}
