import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Table, tableToIPC, vectorFromArray } from 'apache-arrow'
import { expect, onTestFinished, test } from 'vitest'
import { readArrow } from '../../pipelines/extract/files/arrow.ts'

test('a schema that claims a thousand million fields is refused, not made', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-arrow-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const columns = { a: [1], b: [2], c: [3], d: [4], e: [5], f: [6], g: [7] }
  const vectors = Object.entries(columns).map(([name, values]) => [name, vectorFromArray(values)])
  const damaged = Buffer.from(tableToIPC(new Table(Object.fromEntries(vectors)), 'stream'))
  const schemaEnd = 8 + damaged.readInt32LE(4)
  const places = Array.from({ length: schemaEnd / 4 }, (_, i) => 4 * i).filter(
    (at) => at >= 8 && damaged.readInt32LE(at) === Object.keys(columns).length,
  )
  expect(places).toHaveLength(1)
  damaged.writeInt32LE(1_000_000_000, places[0])
  const path = join(dir, 'people.arrow')
  await writeFile(path, damaged)
  await expect(readArrow(undefined as never, undefined as never, path, dir)).rejects.toThrow(
    'not a whole Arrow',
  )
})
