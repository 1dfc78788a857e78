import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { faultOf } from '../engine-error.ts'
import { ClienteleError } from '../error.ts'
import { needsOf } from './closure.ts'
import { runnerMacros } from './parameters.ts'
import type { Code, Macro } from './source.ts'

export interface MacroMaker {
  /** Makes the macros that read no table, and drops those that have gone from the code. */
  start(standing: readonly string[]): Promise<void>
  /** Makes what is still missing of these and of those they call: the tables they read are there by now. */
  ensure(names: Iterable<string>): Promise<void>
}

/** A macro is bound when it is made, so it comes after the macros it calls and the tables it reads. */
export function openMacros(db: Db, { macros }: Code): MacroMaker {
  const made = new Set<string>()
  const make = async (macro: Macro) => {
    if (made.has(macro.name)) return
    made.add(macro.name)
    for (const name of needsOf([macro.references], macros).macros) await make(macros.get(name) as Macro)
    await create(db, macro)
  }
  return {
    async start(standing) {
      const gone = standing.filter((name) => !macros.has(name) && !runnerMacros.includes(name))
      for (const name of gone) {
        await db.run(sql`drop macro if exists ${sql.id(name)}`)
        await db.run(sql`drop macro table if exists ${sql.id(name)}`)
      }
      for (const macro of macros.values()) {
        if (needsOf([macro.references], macros).tables.size === 0) await make(macro)
      }
      await db.run(sql`delete from ops.macros`)
      const rows = sql.join([...macros.keys()].map((name) => sql`(${name})`))
      if (macros.size > 0) await db.run(sql`insert into ops.macros values ${rows}`)
    },
    async ensure(names) {
      for (const name of names) await make(macros.get(name) as Macro)
    },
  }
}

async function create(db: Db, { name, text, file, start }: Macro): Promise<void> {
  const lead = 'create or replace macro '
  try {
    await db.run(lead + text)
  } catch (error) {
    const origin = { file: file.shown, text: file.text, shift: start - lead.length, otherwise: start }
    throw new ClienteleError(faultOf(error, lead + text, origin, `the macro ${name}`), 1, { cause: error })
  }
}
