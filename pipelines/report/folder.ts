import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type CheckedYaml, checkYaml } from '../checked-yaml.ts'
import { type Fault, throwFaults, usageError } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { LayeredFile, Project } from '../project.ts'
import type { Locale } from './locale.ts'
import { parseQueries, type Query } from './query-file.ts'
import type { Source } from './template.ts'
import type { WordTree } from './words.ts'

const text = z.string().min(1)
const wordTree: z.ZodType<WordTree> = z.record(z.string(), z.union([z.string(), z.lazy(() => wordTree)]))

const frontMatter = z.strictObject({
  title: text,
  /** What the page answers. */
  question: text.optional(),
  /** What is decided with it, and by whom. */
  decision: text.optional(),
  owner: text.optional(),
  /** Place in the pack. */
  order: z.number(),
  formats: z
    .array(z.enum(['html', 'pdf']))
    .min(1)
    .default(['html', 'pdf']),
  /** Whether it tells of the whole firm even in the pack of a part: what it asks has no other answer. */
  whole: z.boolean().default(false),
  /** False keeps its tables out of the workbook: a page of one person's data. */
  workbook: z.boolean().default(true),
  /** Definition of what is counted, and what it is compared with; may hold tags. */
  counts: text.optional(),
  compares: text.optional(),
  /** Names and notes of key figures, by the code that their query gives. */
  kpis: z.record(z.string(), z.strictObject({ label: text, note: text.optional() })).default({}),
  /** Sentences by the code that a rule gives; may hold tags. */
  findings: z.record(z.string(), text).default({}),
  /** Words of this page's own, over those of `templates/words`. */
  words: wordTree.default({}),
})
export type FrontMatter = z.output<typeof frontMatter>

/** The page of a report in one language. */
export interface Edition {
  locale: Locale
  front: FrontMatter
  body: Source
  /** A text of the front matter as a template that knows its place. */
  textAt(path: string[]): Source
}

/** A folder of `reports/`. */
export interface ReportFolder {
  name: string
  queries: Query[]
  /** `queries.sql` as people name it, and its text. */
  file: string
  text: string
  editions: Map<Locale, Edition>
}

/** Reads the reports of base and project, in the pack's order. Throws the faults of all of them together. */
export async function readReports(project: Project, locales: Locale[]): Promise<ReportFolder[]> {
  const folders = Map.groupBy(
    (await project.layered('reports')).filter(({ key }) => key.includes('/')),
    ({ key }) => key.split('/')[0] as string,
  )
  const faults: Fault[] = []
  const reports: ReportFolder[] = []
  for (const [name, files] of folders) reports.push(await readFolder(name, files, locales, faults))
  throwFaults(faults)
  const order = (report: ReportFolder) => [...report.editions.values()][0]?.front.order ?? 0
  return reports.sort((a, b) => order(a) - order(b) || (a.name < b.name ? -1 : 1))
}

/** Keeps the named reports; a usage error names those that do not exist. */
export function chooseReports(reports: ReportFolder[], names: string[] | undefined): ReportFolder[] {
  if (!names) return reports
  const known = reports.map(({ name }) => name)
  const faults = names
    .filter((name) => !known.includes(name))
    .map((name) => ({
      what: `there is no report ${name}`,
      how: didYouMean(name, known) ?? `Reports: ${known.join(', ')}.`,
    }))
  if (faults.length > 0) throw usageError(faults)
  return reports.filter(({ name }) => names.includes(name))
}

async function readFolder(
  name: string,
  files: LayeredFile[],
  locales: Locale[],
  faults: Fault[],
): Promise<ReportFolder> {
  const find = (base: string) => files.find(({ key }) => key === `${name}/${base}`)
  const sql = find('queries.sql')
  const shown = sql?.shown ?? `reports/${name}/queries.sql`
  const sqlText = sql ? await readFile(sql.path, 'utf8') : ''
  if (!sql) faults.push({ what: `the report ${name} has no queries.sql`, where: { file: shown } })
  const editions = new Map<Locale, Edition>()
  for (const locale of locales) {
    const file = find(`${locale}.md`)
    if (!file) {
      faults.push({
        what: `the report ${name} has no ${locale}.md`,
        how: `Write reports/${name}/${locale}.md, or take ${locale} out of the project's locales.`,
      })
      continue
    }
    const edition = readEdition(locale, file.shown, await readFile(file.path, 'utf8'), faults)
    if (edition) editions.set(locale, edition)
  }
  faults.push(...differences(editions))
  return { name, queries: parseQueries(sqlText, shown, faults), file: shown, text: sqlText, editions }
}

const fence = /^---\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m

function readEdition(locale: Locale, file: string, whole: string, faults: Fault[]): Edition | undefined {
  const found = whole.startsWith('---') ? fence.exec(whole) : null
  if (!found) {
    faults.push({
      what: 'a page begins with its front matter, between two lines of ---',
      where: { file, line: 1, text: whole },
    })
    return undefined
  }
  const start = whole.indexOf('\n') + 1
  const checked = checkYaml(frontMatter, {
    file,
    text: whole,
    start,
    end: start + (found[1] as string).length,
  })
  faults.push(...checked.faults)
  if (!checked.value) return undefined
  const after = found[0].length
  return {
    locale,
    front: checked.value,
    body: { file, text: whole, body: whole.slice(after), line: whole.slice(0, after).split('\n').length },
    textAt: (path) => textAt(checked.value as FrontMatter, path, file, whole, checked),
  }
}

function textAt(
  front: FrontMatter,
  path: string[],
  file: string,
  whole: string,
  checked: CheckedYaml<unknown>,
): Source {
  const body = path.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], front) as string
  return { file, text: whole, body, line: checked.placeOf(path).line ?? 1 }
}

/** What must be the same in every language: else a sentence would be missing in one of them on the day it matters. */
function differences(editions: Map<Locale, Edition>): Fault[] {
  const [first, ...others] = [...editions.values()]
  if (!first) return []
  return others.flatMap((other) =>
    (['findings', 'kpis'] as const).flatMap((part) => {
      const missing = [
        ...new Set(Object.keys(first.front[part])).symmetricDifference(
          new Set(Object.keys(other.front[part])),
        ),
      ]
      return missing.map((code) => {
        const lacking = code in other.front[part] ? first : other
        return { what: `${part} has no ${code} in ${lacking.locale}`, where: { file: lacking.body.file } }
      })
    }),
  )
}
