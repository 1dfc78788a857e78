import { sql } from 'kysely'
import type { Check, Contract } from '../contract.ts'
import { composer, type Db } from '../duckdb.ts'
import { faultOf, withPositions } from '../engine-error.ts'
import { type Fault, throwFaults } from '../error.ts'

/** Tries every check of every contract on an empty table. Throws all that the engine does not understand, exit code 2. */
export async function checkConditions(db: Db, contracts: Contract[]): Promise<void> {
  const faults: Fault[] = []
  await withPositions(db, async () => {
    for (const contract of contracts) {
      for (const check of contract.checks) faults.push(...(await tryCheck(db, contract, check)))
    }
  })
  throwFaults(faults, 2)
}

async function tryCheck(db: Db, { columns, source, table }: Contract, check: Check): Promise<Fault[]> {
  const typed = columns.map(({ name, type }) => sql`cast(null as ${sql.raw(type)}) as ${sql.id(name)}`)
  const condition = sql.raw(check.condition)
  const statement = sql`select (${condition}\n)::boolean from (select ${sql.join(typed)}) where false`
  try {
    await db.run(statement)
    return []
  } catch (error) {
    const { file, text = '' } = check.place
    const about = `${source}.${table}: check '${check.name}' is not understood`
    if (check.offset === undefined)
      return [{ ...faultOf(error, '', { file, text, shift: 0 }, about), where: check.place }]
    const shift = check.offset - 'select ('.length
    const origin = { file, text, shift, otherwise: check.offset }
    return [faultOf(error, statement.compile(composer).sql, origin, about)]
  }
}
