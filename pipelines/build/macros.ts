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
  const make = async (macro: Macro) => {
    if (made.has(macro.name)) return
    made.add(macro.name)
    for (const name of needsOf([macro.references], macros).macros) await make(macros.get(name) as Macro)
    await create(db, macro)
  }
  return {
    async start() {
      for (const name of standing.keys()) if (!made.has(name)) await drop(db, name)
      for (const macro of macros.values()) {
        if (needsOf([macro.references], macros).tables.size === 0) await make(macro)
      }
    },
    async ensure(names) {
      for (const name of names) await make(macros.get(name) as Macro)
    },
  }
}

/** A macro of values and one of tables may share a name. */
const drop = (db: Db, name: string): Promise<void> =>
  db.transaction(async () => {
    await db.run(composer.deleteFrom('ops.macros').where('name', '=', name))
    await db.run(sql`drop macro if exists ${sql.id(name)}`)
    await db.run(sql`drop macro table if exists ${sql.id(name)}`)
  })

async function create(db: Db, { name, text, file, start }: Macro): Promise<void> {
  const lead = 'create or replace macro '
  await db.transaction(async () => {
    try {
      await db.run(lead + text)
    } catch (error) {
      const origin = { file: file.shown, text: file.text, shift: start - lead.length, otherwise: start }
      throw new ClienteleError(faultOf(error, lead + text, origin, `the macro ${name}`), 1, { cause: error })
    }
    await db.run(composer.insertInto('ops.macros').values({ name, text }))
  })
}
