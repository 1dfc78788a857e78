import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import type { JsonText, Parted } from '../delivery.ts'
import { part } from './parts.ts'
import { readable } from './records.ts'

/** Parts lines of JSON whose bytes are UTF-8 from those whose are not; all get their position as a field. */
export async function partJson(text: JsonText, dir: string): Promise<Parted> {
  return part(dir, async (parts) => {
    let position = 0
    for await (const line of lines(text.path)) {
      position += 1
      const shown = readable(line)
      const numbered = `{"_row":${position},${shown.slice(1)}`
      if (isUtf8(Buffer.from(line, 'latin1'))) await parts.keepLine(numbered)
      else await parts.rejectLine({ position, line: position, reason: 'encoding', text: shown }, numbered)
    }
  })
}

/** The lines of a text, one byte a character. */
async function* lines(path: string): AsyncGenerator<string> {
  let held = ''
  for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: 1 << 20 })) {
    const parts = (held + chunk).split('\n')
    held = parts.pop() ?? ''
    yield* parts
  }
  if (held !== '') yield held
}
