import type { Readable } from 'node:stream'
import { SaxesParser } from 'saxes'

/** What is called for the parts of an XML text, by local name: prefixes differ from program to program. */
export interface XmlEvents {
  open?(name: string, attributes: Record<string, string>): void
  close?(name: string): void
  text?(text: string): void
}

/** No workbook nests its elements deeper; the parser remembers all that are open. */
const deepest = 100
/** No text, attribute or comment is longer; the parser holds one. */
const longestPiece = 16 << 20
/** What is not rows or texts is short. */
export const longestPart = 64 << 20

/**
 * Reads XML piece by piece; after each piece the caller may take what has come together. Throws where it is not sound,
 * or made to fill the memory.
 */
export async function* parseXml(
  stream: Readable,
  events: XmlEvents,
  longest = Number.POSITIVE_INFINITY,
): AsyncGenerator<void> {
  const parser = new SaxesParser({ position: false })
  let [depth, all, piece] = [0, 0, 0]
  parser.on('opentag', ({ name, attributes }) => {
    piece = 0
    depth += 1
    if (depth > deepest) throw new Error('its elements are nested too deep')
    events.open?.(local(name), attributes as Record<string, string>)
  })
  parser.on('closetag', ({ name }) => {
    piece = 0
    depth -= 1
    events.close?.(local(name))
  })
  if (events.text) parser.on('text', (text) => events.text?.(text))
  if (events.text) parser.on('cdata', (text) => events.text?.(text))
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      all += chunk.length
      piece += chunk.length
      if (all > longest || piece > longestPiece) throw new Error('a part of it is too long')
      parser.write(decoder.decode(chunk, { stream: true }))
      yield
    }
    parser.write(decoder.decode())
    parser.close()
    yield
  } finally {
    stream.destroy()
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Characters that XML cannot hold are written as `_x000D_`. */
export const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text
