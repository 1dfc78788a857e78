import { placeAt } from '../error.ts'
import { readHead, testHead } from './head.ts'
import type { Parsed } from './parse.ts'
import type { Reading } from './read.ts'
import { checkedReferences, type SelectSource } from './read-select.ts'
import type { SourceFile, SqlTest } from './source.ts'

/** Reads `sql/tests/`: each file is one SELECT of the rows that ought not to be there. */
export async function readTests(files: SourceFile[], { parser, faults }: Reading): Promise<SqlTest[]> {
  const scripts = files.filter(({ key }) => key.endsWith('.sql'))
  const parsed = await parser.parse(scripts.map(({ text }) => text))
  return scripts.map((file) => {
    const read = readHead(testHead, { file: file.shown, text: file.text })
    faults.push(...read.faults)
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
      head: read.value ?? testHead.parse({}),
      select: { text: file.text, shift: 0, references },
    }
  })
}
