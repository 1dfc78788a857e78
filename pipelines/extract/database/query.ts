import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Compilable } from 'kysely'
import type { Contract, DatabaseOrigin } from '../../contract.ts'
import { usageError } from '../../error.ts'
import { type Project, shownPath } from '../../project.ts'
import { type Composer, composers } from './literal-composer.ts'

type DatabaseContract = Contract & { origin: DatabaseOrigin }

/** What a query file of a project exports: a query, composed for the source's kind of database. */
export type SourceQuery = (db: Composer) => Compilable

/**
 * The contract with its query as the text that the server is sent: SQL stays as it is, a .ts file is asked for its query.
 * A changed query is another reading, whoever wrote it.
 */
export async function withQuery<C extends DatabaseContract>(project: Project, contract: C): Promise<C> {
  const { query, kind } = contract.origin
  if (query === undefined) return contract
  const text = /^\S+\.ts$/.test(query) ? await composed(project, contract, query) : query
  return { ...contract, origin: { ...contract.origin, kind, query: text.replace(/[;\s]+$/, '') } }
}

async function composed(project: Project, contract: DatabaseContract, path: string): Promise<string> {
  const file = resolve(project.dir, path)
  const fault = (what: string, how: string) =>
    usageError({ what: `${contract.source}.${contract.table}: ${what}`, where: contract.place, how })
  if (!existsSync(file)) throw fault(`the query ${path} is not there`, 'query: is relative to the project.')
  const { mtimeMs } = await stat(file)
  const loaded = await import(`${pathToFileURL(file).href}?${mtimeMs}`).catch((cause: Error) => {
    throw fault(`${shownPath(file)} does not load: ${cause.message}`, 'Mend the file.')
  })
  const how = "Write: export default (db) => db.selectFrom('orders').select(['order_id'])"
  if (typeof loaded.default !== 'function') throw fault(`${shownPath(file)} exports no function`, how)
  const query = (loaded.default as SourceQuery)(composers[contract.origin.kind])
  if (typeof query?.compile !== 'function') throw fault(`${shownPath(file)} makes no query`, how)
  return query.compile().sql
}
