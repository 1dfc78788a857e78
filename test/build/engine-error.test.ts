import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { type EngineError, engineError, withPositions } from '../../pipelines/engine-error.ts'

/** What is told of a statement that does not run. */
async function told(statement: string): Promise<EngineError | undefined> {
  const db = await openDatabase(':memory:')
  onTestFinished(() => db.close())
  await db.run(`create table people as select * from (values
    ('O''Brien "Paddy"', '12/30/1990', 447700900123)) as p(full_name, born, phone)`)
  const error = await withPositions(db, () => db.rows(statement)).catch((thrown) => thrown)
  return engineError(error, statement)
}

test.each([
  'select cast(full_name as integer) from people',
  'select cast(full_name as date) from people',
  'select cast(full_name as decimal(9, 2)) from people',
  'select cast(full_name as json) from people',
  "select strptime(full_name, '%d') from people",
  "select strptime(born, '%d/%m/%Y') from people",
  'select cast(phone as integer) from people',
  'select cast(phone as date) from people',
  'select cast(phone as decimal(9, 2)) from people',
  'select list_value(full_name)::integer[] from people',
])('no value is repeated: %s', async (statement) => {
  const error = await told(statement)
  expect(error?.message.length).toBeGreaterThan(10)
  expect(JSON.stringify(error)).not.toMatch(/Brien|Paddy|1990|7700900/)
})

test('an error of form keeps its names, and says what was meant', async () => {
  expect(await told('select 选, fulname from people')).toMatchObject({ type: 'Binder', at: 7 })
  expect(await told("select '选择', fulname from people")).toEqual({
    type: 'Binder',
    message: 'Referenced column "fulname" not found in FROM clause',
    how: 'Did you mean full_name?',
    at: 13,
  })
})

test('what is not the engine’s is not taken for it', () => {
  expect(engineError(new Error('disk full'), 'select 1')).toBeUndefined()
  expect(engineError('text', 'select 1')).toBeUndefined()
})
