import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { version } from '@duckdb/node-api'
import { digest } from '../build/digest.ts'
import { readCode } from '../build/read.ts'
import { openDatabase } from '../duckdb.ts'
import { type Project, privateDir } from '../project.ts'
import { deliveredTables } from './delivered.ts'
import { type Outline, outlineOf } from './outline.ts'
import { readReportQueries } from './report-queries.ts'

/**
 * The outline of a project's code as it stands. It is kept in `var/cache/` under a key of everything it is read from, so
 * that asking again costs the reading of the files. Throws the faults of contracts and models. `make` makes it where
 * the code has been read already.
 */
export async function readOutline(
  project: Project,
  make: (project: Project) => Promise<Outline> = makeOutline,
): Promise<Outline> {
  const key = await keyOf(project)
  const file = join(project.paths.var, 'cache', 'outline.json')
  const kept = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined)
  if (kept?.key === key) return kept.outline
  const outline = await make(project)
  // Whoever may only read the project has the outline all the same.
  await keep(project, file, JSON.stringify({ key, outline })).catch(() => undefined)
  return outline
}

async function keep({ paths }: Project, file: string, text: string): Promise<void> {
  await privateDir(paths.var)
  await privateDir(join(paths.var, 'cache'))
  await writeFile(`${file}.${process.pid}`, text, { mode: 0o600 })
  await rename(`${file}.${process.pid}`, file)
}

/** Reads all code anew. The engine only parses: no table is made, no data read. */
export async function makeOutline(project: Project): Promise<Outline> {
  const delivered = await deliveredTables(project)
  const db = await openDatabase(':memory:')
  try {
    const code = await readCode(project, db, { external: new Set(delivered.map(({ name }) => name)) })
    return await outlineOf(db, { project, code, delivered, reports: await readReportQueries(project) })
  } finally {
    db.close()
  }
}

/** Models and macros, contracts, reports, names of parameters, the rules of lineage, and the engine whose parser reads them. */
async function keyOf(project: Project): Promise<string> {
  const files = [...(await project.layered('sql')), ...(await project.layered('reports'))]
  const models = files.map(async ({ key, path }) => [key, await readFile(path, 'utf8')])
  const rules = [import.meta.dirname, join(import.meta.dirname, 'lineage'), project.paths.sources].map(
    textsIn,
  )
  const texts = (await Promise.all([...models, ...rules])).flat()
  return digest(version(), JSON.stringify(project.config.params), ...texts)
}

async function textsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.(ts|ya?ml)$/.test(name)).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return names.flatMap((name, i) => [name, texts[i] as string])
}
