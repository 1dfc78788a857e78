import { existsSync } from 'node:fs'
import { basename, extname, isAbsolute, relative, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { usageError } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { Project } from '../project.ts'
import type { StageContext } from '../stage.ts'
import { type Catalogue, type Declared, describeServer } from './describe-server.ts'
import { formatOf, headOf, isSqlite } from './format.ts'
import { warehouseName, warehouseNames } from './names.ts'

/** Something a contract can be drafted from, as the contract will name it. */
export interface Described {
  /** Keys of the source, `kind` first. */
  source: Record<string, unknown>
  /** Keys of each table that say where it is. `key`: declared at the source, by names there. */
  tables: { name: string; from: Record<string, unknown>; key: string[]; declared?: Declared }[]
  /** What the environment has to hold for it to be read. */
  env: NodeJS.ProcessEnv
}

export interface From {
  /** A path, the URL of a server, or `env:NAME` for one that the environment holds. */
  from: string
  source: string
  table?: string | undefined
}

/** Looks at what stands there: a file, or a database and its tables. One kind of source, one function. */
export async function describe(ctx: StageContext, wanted: From, catalogue: Catalogue): Promise<Described> {
  const { project } = ctx
  const { from, table } = wanted
  if (/^(env:|[a-z]+:\/\/)/.test(from)) return describeServer(ctx, wanted, catalogue)
  const path = resolve(from)
  if (!existsSync(path))
    throw usageError({ what: `there is no file ${from}`, how: 'Name a file with --from.' })
  const head = await headOf(path)
  return isSqlite(head) ? describeSqlite(project, path, table) : describeFile(project, path, head, table)
}

/** A path as the project names it: relative to its folder when it lies there. */
function pathIn({ dir }: Project, path: string): string {
  const near = relative(dir, path)
  return near.startsWith('..') || isAbsolute(near) ? path : near
}

function describeFile(project: Project, path: string, head: Buffer, table: string | undefined): Described {
  const stem = basename(path)
    .replace(/\.gz$/, '')
    .replace(extname(path.replace(/\.gz$/, '')), '')
  const from = { path: pathIn(project, path), format: formatOf(head) }
  const name = table ?? warehouseName(stem, 1)
  return { source: { kind: 'files' }, tables: [{ name, from, key: [] }], env: {} }
}

/** One of the tables, or all. */
export function wantedOf(all: string[], table: string | undefined, where: string): string[] {
  if (table === undefined) return all
  if (all.includes(table)) return [table]
  const how = didYouMean(table, all) ?? `There are: ${all.join(', ')}.`
  throw usageError({ what: `${where} has no table '${table}'`, how })
}

function describeSqlite(project: Project, path: string, table: string | undefined): Described {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const all = database
      .prepare(
        "select name from pragma_table_list where schema = 'main' and name not like 'sqlite\\_%' escape '\\' order by name",
      )
      .all()
      .map(({ name }) => String(name))
    const wanted = wantedOf(all, table, basename(path))
    const names = warehouseNames(wanted)
    const keyOf = database.prepare('select name from pragma_table_info(?) where pk > 0 order by pk')
    const tables = wanted.map((own, i) => {
      const name = names[i] as string
      const key = keyOf.all(own).map((column) => String(column.name))
      return { name, from: name === own ? {} : { table: own }, key }
    })
    return { source: { kind: 'sqlite', path: pathIn(project, path) }, tables, env: {} }
  } finally {
    database.close()
  }
}
