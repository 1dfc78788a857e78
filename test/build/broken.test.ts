import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { build } from '../../pipelines/build/build.ts'
import { ClienteleError, type Fault } from '../../pipelines/error.ts'
import { alone, context, warehouse } from './alone.ts'

/** One folder for each way an analyst goes wrong; `expected.txt` is what is printed, letter for letter. */
const root = join(import.meta.dirname, '..', 'projects', 'broken')
const cases = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())

test.each(cases.map(({ name }) => name))('%s', async (name) => {
  const project = await alone(root, join(root, name))
  const db = await warehouse()
  const error = await build(context(project), db, { full: false, runId: '2024-03-31-00000000' }).catch(
    (thrown) => thrown,
  )
  expect(error).toBeInstanceOf(ClienteleError)
  expect(error.exitCode).toBe(1)
  expect(error.faults.every(({ where }: Fault) => where !== undefined)).toBe(true)
  const printed = (error.message as string).replaceAll(db.path, 'building.duckdb')
  await expect(`${printed}\n`).toMatchFileSnapshot(join(root, name, 'expected.txt'))
})
