import type { Place } from '../error.ts'
import type { DraftTest } from './declared-tests.ts'
import { digest } from './digest.ts'
import type { Memory } from './memory.ts'
import { type HeadOfModel, readModelHead } from './model-head.ts'
import type { SourceFile } from './source.ts'

/** A head without a fault, as it is remembered: files and their texts are those of whoever reads it again. */
interface KeptHead extends Pick<HeadOfModel, 'head' | 'bodyStart'> {
  tests: KeptTest[]
}

interface KeptTest extends Omit<DraftTest, 'file' | 'place' | 'source'> {
  /** Which file it stands in: 0 for the model's own, 1 for the one that this replaces. */
  layer: number
  /** Line and column. */
  at: [number?, number?]
  source?: { text: string; shift?: number; end?: number }
}

/** The head of a file; what was remembered of the same texts is not read again until a place in it is asked for. */
export function rememberedHead(file: SourceFile, memory: Memory): HeadOfModel {
  const layers = layersOf(file)
  const key = digest(...layers.map(({ text }) => text))
  const kept = memory.recall<KeptHead>('head', key)
  if (kept) return restored(kept, layers)
  const read = readModelHead(file)
  if (read.faults.length === 0) memory.keep('head', key, keptOf(read, layers))
  return read
}

function layersOf(file: SourceFile): SourceFile[] {
  return file.replaces ? [file, ...layersOf(file.replaces)] : [file]
}

const keptOf = ({ head, bodyStart, tests }: HeadOfModel, layers: SourceFile[]): KeptHead => ({
  head,
  bodyStart,
  tests: tests.map(({ file, place, source, ...test }) => ({
    ...test,
    layer: layers.indexOf(file),
    at: [place.line, place.column],
    ...(source ? { source: keptSource(source) } : {}),
  })),
})

const keptSource = ({ text, shift, end }: NonNullable<DraftTest['source']>): KeptTest['source'] => ({
  text,
  ...(shift === undefined ? {} : { shift }),
  ...(end === undefined ? {} : { end }),
})

function restored({ head, bodyStart, tests }: KeptHead, layers: SourceFile[]): HeadOfModel {
  let whole: HeadOfModel | undefined
  const again = () => {
    whole ??= readModelHead(layers[0] as SourceFile)
    return whole
  }
  return {
    head,
    bodyStart,
    tests: tests.map((test) => restoredTest(test, layers)),
    faults: [],
    placeOf: (path, part) => again().placeOf(path, part),
    has: (path) => again().has(path),
  }
}

function restoredTest(
  { layer, at: [line, column], source, ...test }: KeptTest,
  layers: SourceFile[],
): DraftTest {
  const file = layers[layer] as SourceFile
  const place = { file: file.shown, line, column, text: file.text } as Place
  if (!source) return { ...test, file, place }
  const { text, shift, end } = source
  const origin = { file, text, shift, about: test.name, otherwise: place }
  return { ...test, file, place, source: end === undefined ? origin : { ...origin, end } }
}
