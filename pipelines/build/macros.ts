import { sql } from 'kysely'
import { composer, type Db } from '../duckdb.ts'
import { faultOf } from '../engine-error.ts'
import { ClienteleError } from '../error.ts'
import { needsOf } from './closure.ts'
import type { Code, Macro } from './source.ts'

export interface MacroMaker {
  /** Drops the macros that have gone from the code or changed, and makes those that read no table. */
  start(): Promise<void>
  /** Makes what is still missing of these and of those they call: the tables they read are there by now. */
  ensure(names: Iterable<string>): Promise<void>
}

/**
 * A macro is bound when it is made, so it comes after the macros it calls and the tables it reads. One that stands
 * with the same text is left alone.
 */
export function openMacros(db: Db, { macros }: Code, standing: ReadonlyMap<string, string>): MacroMaker {
  const made = new Set(
    [...macros.values()].filter(({ name, text }) => standing.get(name) === text).map(({ name }) => name),
  )
  const missing = (names: Iterable<string>): Macro[] =>
    [...names].flatMap((name) => {
      if (made.has(name)) return []
      made.add(name)
      const macro = macros.get(name) as Macro
      return [...missing(needsOf([macro.references], macros).macros), macro]
    })
  const ensure = async (names: Iterable<string>) => {
    const some = missing(names)
    try {
      await create(db, some)
    } catch (error) {
      for (const { name } of some) made.delete(name)
      throw error
    }
  }
  return {
    async start() {
      for (const name of standing.keys()) if (!made.has(name)) await drop(db, name)
      const first = [...macros.values()].filter(
        ({ references }) => needsOf([references], macros).tables.size === 0,
      )
      await ensure(first.map(({ name }) => name))
    },
    ensure,
  }
}

/** A macro of values and one of tables may share a name. */
const drop = (db: Db, name: string): Promise<void> =>
  db.transaction(async () => {
    await db.run(composer.deleteFrom('ops.macros').where('name', '=', name))
    await db.run(sql`drop macro if exists ${sql.id(name)}`)
    await db.run(sql`drop macro table if exists ${sql.id(name)}`)
  })

/** Macros and the rows that tell of them, in one transaction: they stand or fall together. */
async function create(db: Db, macros: readonly Macro[]): Promise<void> {
  if (macros.length === 0) return
  await db.transaction(async () => {
    for (const macro of macros) await define(db, macro)
    const rows = macros.map(({ name, text }) => sql`(${sql.lit(name)}, ${sql.lit(text)})`)
    await db.run(sql`insert into ops.macros (name, text) values ${sql.join(rows)}`)
  })
}

async function define(db: Db, { name, text, file, start }: Macro): Promise<void> {
  const lead = 'create or replace macro '
  try {
    await db.run(lead + text)
  } catch (error) {
    const origin = { file: file.shown, text: file.text, shift: start - lead.length, otherwise: start }
    throw new ClienteleError(faultOf(error, lead + text, origin, `the macro ${name}`), 1, { cause: error })
  }
}
