import { createReadStream } from 'node:fs'
import { ClienteleError } from '../../error.ts'

/** An element of an array as its bytes stand in the document. */
export interface RawElement {
  raw: Buffer
  /** The line it begins on, from 1. */
  line: number
}

/** An element longer than this is none: memory holds one. */
const longestElement = 16 << 20
/** What stands before the array or after it is held too. */
const longestBeside = 64 << 20

const space = /[ \t\r\n]*/y
const structural = /["{}[\]]/g
const scalarEnd = /[,\]}\s]/g

/**
 * The elements of one array of a JSON document, streaming: the array that the document is, or the one at the end of
 * `path`. The rest of the document is kept, without the array's elements, and must be sound JSON in the end; the
 * elements are cut out by their brackets alone. Throws when the document breaks off or has no such array.
 */
export async function* jsonElements(path: string, keys: string[]): AsyncGenerator<RawElement> {
  const text = new Window()
  let opened = false
  for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: 1 << 20 })) {
    text.add(chunk)
    if (!text.isWorthReading()) continue
    opened ||= enter(text, keys)
    if (opened) yield* text.elements(false)
  }
  opened ||= enter(text, keys)
  if (!opened) throw noArray(keys)
  yield* text.elements(true)
  text.finish()
}

/** Finds the array's opening bracket in what has been read; false: it may still come. */
function enter(text: Window, keys: string[]): boolean {
  const at = arrayAt(text.held, keys)
  if (at === null) throw noArray(keys)
  if (at === 'more') {
    text.keep()
    return false
  }
  text.open(at)
  return true
}

/** What has been read and not yet been used, one byte a character. */
class Window {
  held = ''
  private line = 1
  private before = ''
  /** How much of it was read in vain. */
  private tried = 0
  private state: 'first' | 'element' | 'after' | 'closed' = 'first'

  add(chunk: string): void {
    this.held +=
      this.held === '' && this.line === 1 && this.before === '' ? chunk.replace(/^\xEF\xBB\xBF/, '') : chunk
  }

  /** What was not whole is read again when it has doubled: else a long value would be read once a chunk. */
  isWorthReading(): boolean {
    const isInside = this.before !== '' && this.state !== 'closed'
    if (this.held.length > (isInside ? longestElement : longestBeside))
      throw tooLong(isInside ? '16 MB' : '64 MB', this.line)
    return this.held.length >= 2 * this.tried
  }

  keep(): void {
    this.tried = this.held.length
  }

  open(at: number): void {
    this.before = `${this.held.slice(0, at)}[]`
    this.advance(at + 1)
  }

  *elements(atEnd: boolean): Generator<RawElement> {
    let at = 0
    while (this.state !== 'closed') {
      const start = skipSpace(this.held, at)
      const mark = this.held[start]
      if (mark === undefined) break
      if (mark === ']' && this.state !== 'element') {
        this.state = 'closed'
        at = start + 1
        continue
      }
      if (this.state === 'after') {
        if (mark !== ',') throw broken(this.lineAt(start))
        this.state = 'element'
        at = start + 1
        continue
      }
      const end = elementEnd(this.held, start)
      if (end === null) {
        if (atEnd) throw broken(this.lineAt(start))
        break
      }
      if (end === start) throw broken(this.lineAt(start))
      this.advance(start)
      yield { raw: Buffer.from(this.held.slice(0, end - start), 'latin1'), line: this.line }
      this.state = 'after'
      at = end - start
    }
    this.advance(at)
    this.keep()
  }

  /** Checks what stands around the array. */
  finish(): void {
    if (this.state !== 'closed') throw broken(this.line)
    try {
      JSON.parse(this.before + this.held)
    } catch {
      throw broken(this.line)
    }
  }

  private advance(to: number): void {
    this.line = this.lineAt(to)
    this.held = this.held.slice(to)
  }

  private lineAt(to: number): number {
    const passed = this.held.slice(0, to)
    let line = this.line
    for (let at = passed.indexOf('\n'); at >= 0; at = passed.indexOf('\n', at + 1)) line += 1
    return line
  }
}

function skipSpace(text: string, at: number): number {
  space.lastIndex = at
  space.test(text)
  return space.lastIndex
}

/** Where the value that begins at `start` ends; null: not within the text. */
function elementEnd(text: string, start: number): number | null {
  const first = text[start]
  if (first === '"') return stringEnd(text, start)
  if (first !== '{' && first !== '[') {
    scalarEnd.lastIndex = start
    return scalarEnd.test(text) ? scalarEnd.lastIndex - 1 : null
  }
  let depth = 0
  for (let at = start; ; ) {
    structural.lastIndex = at
    const found = structural.exec(text)
    if (!found) return null
    at = found.index + 1
    const mark = found[0]
    if (mark === '"') {
      const end = stringEnd(text, found.index)
      if (end === null) return null
      at = end
    } else if (mark === '{' || mark === '[') depth += 1
    else depth -= 1
    if (depth === 0) return at
  }
}

function stringEnd(text: string, start: number): number | null {
  for (let at = start + 1; ; ) {
    const end = text.indexOf('"', at)
    if (end < 0) return null
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes += 1
    if (slashes % 2 === 0) return end + 1
    at = end + 1
  }
}

/** The place of the array's bracket; null: there is none. */
function arrayAt(text: string, keys: string[]): number | 'more' | null {
  let at = skipSpace(text, 0)
  for (const key of keys) {
    if (at >= text.length) return 'more'
    if (text[at] !== '{') return null
    const value = valueAfter(text, at + 1, key)
    if (typeof value !== 'number') return value
    at = value
  }
  if (at >= text.length) return 'more'
  return text[at] === '[' ? at : null
}

/** Where the value of a key of an object begins, whose bracket stands before `from`. */
function valueAfter(text: string, from: number, key: string): number | 'more' | null {
  for (let at = skipSpace(text, from); ; ) {
    if (at >= text.length) return 'more'
    if (text[at] !== '"') return null
    const end = stringEnd(text, at)
    if (end === null) return 'more'
    const name = Buffer.from(text.slice(at, end), 'latin1').toString('utf8')
    const colon = skipSpace(text, end)
    if (colon >= text.length) return 'more'
    if (text[colon] !== ':') return null
    const value = skipSpace(text, colon + 1)
    if (value >= text.length) return 'more'
    if (isName(name, key)) return value
    const over = elementEnd(text, value)
    if (over === null) return 'more'
    const next = skipSpace(text, over)
    if (next >= text.length) return 'more'
    if (text[next] !== ',') return null
    at = skipSpace(text, next + 1)
  }
}

function isName(quoted: string, key: string): boolean {
  try {
    return JSON.parse(quoted) === key
  } catch {
    return false
  }
}

const noArray = (keys: string[]): ClienteleError =>
  new ClienteleError({
    what:
      keys.length === 0
        ? 'the JSON document is no array'
        : `the JSON document has no array at ${keys.join('.')}`,
    how: 'Name the way to the records in the contract: format: {type: json, records: data.items}, or type: ndjson.',
  })

const broken = (line: number): ClienteleError =>
  new ClienteleError({
    what: `the JSON document is broken at line ${line}`,
    how: 'It may still be arriving: run again when it is complete, or ask for it again.',
  })

const tooLong = (length: string, line: number): ClienteleError =>
  new ClienteleError({ what: `the JSON document holds a value of more than ${length} at line ${line}` })
