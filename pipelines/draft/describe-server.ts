import { usageError } from '../error.ts'
import type { StageContext } from '../stage.ts'
import { type Described, type From, wantedOf } from './describe.ts'
import { warehouseNames } from './names.ts'

/** What a server says of its table. */
export interface Declared {
  columns: { name: string; notNull: boolean; words: string[]; isLoose: boolean }[]
  checks: { name: string; condition: string }[]
}

type DeclaredTable = Declared & { name: string; key: string[] }

const kinds = { postgres: 'postgres', postgresql: 'postgres', mysql: 'mysql', mariadb: 'mysql' } as const

/** Asks a server for what it declares: done by the stage that knows how to speak with it. */
export type Catalogue = (
  ctx: StageContext,
  kind: 'postgres' | 'mysql',
  url: string,
) => Promise<DeclaredTable[]>

/** The contract names the environment variable that holds the URL, never the URL: there is a password in it. */
export async function describeServer(
  ctx: StageContext,
  { from, source, table }: From,
  catalogue: Catalogue,
): Promise<Described> {
  const variable = from.startsWith('env:') ? from.slice(4) : `${source.toUpperCase()}_URL`
  const url = from.startsWith('env:') ? ctx.env[variable] : from
  if (!url) throw usageError({ what: `the environment variable ${variable} is not set` })
  const scheme = /^([a-z]+):/.exec(url)?.[1] ?? ''
  if (!(scheme in kinds))
    throw usageError({
      what: `a contract is drafted from a file, SQLite, PostgreSQL or MySQL, not from ${scheme || 'such a URL'}`,
      how: 'Name a file, or a URL such as postgres://USER@HOST/DATABASE.',
    })
  const kind = kinds[scheme as keyof typeof kinds]
  const found = await catalogue(ctx, kind, url)
  const byName = new Map(found.map((one) => [one.name, one]))
  const wanted = wantedOf([...byName.keys()], table, 'the database')
  const names = warehouseNames(wanted)
  const tables = wanted.map((own, i) => {
    const { key, columns, checks } = byName.get(own) as DeclaredTable
    const name = names[i] as string
    return { name, from: name === own ? {} : { table: own }, key, declared: { columns, checks } }
  })
  return { source: { kind, connection: `env:${variable}` }, tables, env: { [variable]: url } }
}
