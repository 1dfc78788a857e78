import { readFile } from 'node:fs/promises'
import type { Project } from '../project.ts'
import { parseQueries } from '../report/query-file.ts'

/** The queries of one report: the last to read what models make. */
export interface ReportQueries {
  name: string
  title: string
  /** Below the project or the base. */
  file: string
  queries: { name: string; kept: boolean; sql: string }[]
}

/** Reads `reports/<name>/queries.sql`. Their faults are for the report stage to tell. */
export async function readReportQueries(project: Project): Promise<ReportQueries[]> {
  const files = await project.layered('reports')
  const queries = files.filter(({ key }) => /^[^/]+\/queries\.sql$/.test(key))
  return Promise.all(
    queries.map(async ({ key, path, shown }) => {
      const name = key.split('/')[0] as string
      const page =
        files.find((file) => file.key === `${name}/en.md`) ??
        files.find((file) => file.key.startsWith(`${name}/`) && file.key.endsWith('.md'))
      const text = page ? await readFile(page.path, 'utf8') : ''
      const title = /^title:\s*(.+)$/m.exec(text)?.[1]?.replace(/^(['"])(.*)\1$/, '$2') ?? name
      return {
        name,
        title,
        file: `reports/${key}`,
        queries: parseQueries(await readFile(path, 'utf8'), shown, []),
      }
    }),
  )
}
