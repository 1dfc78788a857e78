import { readFile } from 'node:fs/promises'
import type { Fault, Place } from '../error.ts'
import type { Project } from '../project.ts'
import type { Fonts } from './fonts.ts'
import type { Rendered } from './render.ts'
import { originOf, type Results } from './results.ts'

/** A fault for every character of the pages that no bundled font can draw: which, and where it came from. */
export async function missingGlyphs(
  pages: Rendered[],
  results: Map<string, Results>,
  fonts: Fonts,
  project: Project,
): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const page of pages) {
    for (const character of fonts.missing(textOf(page.html))) {
      const code = `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`
      const found =
        inSource(character, page) ??
        (await inTemplates(character, project)) ??
        inResults(character, results.get(page.report.name) ?? {})
      faults.push({
        what: `no bundled font has the character ${code} (${character}) of ${page.report.name}.${page.locale}${found?.from ?? ''}`,
        ...(found ? { where: found.where } : {}),
        how: 'Write it another way at its source, or leave the column out.',
      })
    }
  }
  return faults
}

/** The text of a document, with the few entities that templates write. */
const textOf = (html: string) =>
  html
    .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))

interface Found {
  from: string
  where: Place
}

function inSource(character: string, { report, locale }: Rendered): Found | undefined {
  const source = report.editions.get(locale)?.body
  return source && inText(character, source.file, source.text)
}

async function inTemplates(character: string, project: Project): Promise<Found | undefined> {
  for (const { path, shown } of await project.layered('templates')) {
    const found = inText(character, shown, await readFile(path, 'utf8'))
    if (found) return found
  }
  return undefined
}

function inText(character: string, file: string, text: string): Found | undefined {
  const line = text.split('\n').findIndex((candidate) => candidate.includes(character))
  return line < 0 ? undefined : { from: '', where: { file, line: line + 1 } }
}

/** Names query, column and row, and not the value: it may be a person's name. */
function inResults(character: string, results: Results): Found | undefined {
  for (const result of Object.values(results)) {
    const rows = Array.isArray(result) ? result : [result]
    for (const [i, row] of rows.entries()) {
      const column = Object.keys(row).find((name) => JSON.stringify(row[name]).includes(character))
      const origin = originOf(result)
      if (column && origin) {
        return {
          from: `: column ${column}, row ${i + 1} of the query ${origin.query}`,
          where: { file: origin.file, line: origin.line - 1 },
        }
      }
    }
  }
  return undefined
}
