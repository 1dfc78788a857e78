import { type Fault, placeAt } from '../error.ts'
import { digest } from './digest.ts'
import { readHead, type TestHead, testHead } from './head.ts'
import type { Memory } from './memory.ts'
import type { Parsed } from './parse.ts'
import type { Reading } from './read.ts'
import { checkedReferences, type SelectSource } from './read-select.ts'
import type { SourceFile, SqlTest } from './source.ts'

/** Reads `sql/tests/`: each file is one SELECT of the rows that ought not to be there. */
export async function readTests(files: SourceFile[], { parser, faults }: Reading): Promise<SqlTest[]> {
  const scripts = files.filter(({ key }) => key.endsWith('.sql'))
  const parsed = await parser.parse(scripts.map(({ text }) => text))
  return scripts.map((file) => {
    const head = headOf(file, parser.memory, faults)
    const name = file.key.replace(/^tests\//, '').replace(/\.sql$/, '')
    const source: SelectSource = {
      file,
      text: file.text,
      shift: 0,
      about: `the test ${name}`,
      otherwise: placeAt(file.shown, file.text, 0),
    }
    const references = checkedReferences(parsed.get(file.text) as Parsed, source, faults)
    return {
      name,
      file,
      head,
      select: { text: file.text, shift: 0, references },
    }
  })
}

/** The head of a test; one without a fault is remembered. */
function headOf({ shown, text }: SourceFile, memory: Memory, faults: Fault[]): TestHead {
  const key = digest('test', text)
  const known = memory.recall<TestHead>('head', key)
  if (known) return known
  const { value, faults: found } = readHead(testHead, { file: shown, text })
  faults.push(...found)
  if (value) memory.keep('head', key, value)
  return value ?? testHead.parse({})
}
