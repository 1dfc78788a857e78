import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { parseXml, unescaped } from './xml.ts'

/** The texts that cells share, by number. They lie in a file: a workbook of a million names must not fill the memory. */
export interface Strings {
  get(index: number): string | undefined
  close(): void
}

const bundle = 1 << 20
/** No workbook has more texts: where each ends is kept in memory. */
const mostTexts = 1 << 25
/** Texts kept at hand. */
const kept = 10_000

export async function openStrings(stream: Readable | undefined, spill: string): Promise<Strings> {
  if (!stream) return { get: () => undefined, close() {} }
  const file = openSync(spill, 'w+', 0o600)
  try {
    const ends = await writeStrings(stream, file)
    return readBack(file, ends)
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** Writes each text after the one before; returns where each ends. */
async function writeStrings(stream: Readable, file: number): Promise<number[]> {
  const ends: number[] = []
  let [held, text, at] = ['', '', 0]
  // Rich text comes in runs; readings of Chinese characters (rPh) are not part of it.
  let [inText, phonetic] = [false, false]
  const events = {
    open(name: string) {
      if (name === 'si') text = ''
      if (name === 'rPh') phonetic = true
      if (name === 't') inText = !phonetic
    },
    text(part: string) {
      if (inText) text += part
    },
    close(name: string) {
      if (name === 't') inText = false
      if (name === 'rPh') phonetic = false
      if (name !== 'si') return
      const shown = unescaped(text).toWellFormed()
      held += shown
      at += Buffer.byteLength(shown)
      ends.push(at)
      if (ends.length > mostTexts) throw new Error(`it has more than ${mostTexts} texts`)
    },
  }
  for await (const _ of parseXml(stream, events)) {
    if (held.length < bundle) continue
    writeSync(file, held)
    held = ''
  }
  if (held !== '') writeSync(file, held)
  return ends
}

function readBack(file: number, ends: number[]): Strings {
  const recent = new Map<number, string>()
  return {
    get(index) {
      const known = recent.get(index)
      if (known !== undefined) return known
      const end = ends[index]
      if (end === undefined) return undefined
      const start = ends[index - 1] ?? 0
      const bytes = Buffer.alloc(end - start)
      readSync(file, bytes, 0, bytes.length, start)
      const text = bytes.toString('utf8')
      if (recent.size >= kept) recent.clear()
      recent.set(index, text)
      return text
    },
    close: () => closeSync(file),
  }
}
