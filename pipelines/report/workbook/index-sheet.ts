import type { Scope } from '../../scoped.ts'
import { amountsIn } from '../exchange.ts'
import { openFormat } from '../format.ts'
import { partText } from '../part.ts'
import type { Sheet, SheetCell } from './parts.ts'
import type { Table } from './tables.ts'
import type { Bound } from './workbook.ts'

/** The first sheet: of which night this is, every table with its title, rows and sources, and what each page counts. */
export function indexSheet({ pages, facts, words }: Bound, tables: Table[]): Sheet {
  const all = (path: string) => [...words.values()].map((one) => one.say(path))
  const both = (path: string) => [...new Set(all(path))].join(' / ')
  const firms = [...new Set([...words.keys()].map(facts.firm))].join(' / ')
  const amounts = [
    ...new Set([...words].map(([locale, one]) => amountsIn(facts, one, openFormat(locale, facts.currency)))),
  ].join(' / ')
  const partLine = (scope: Scope): [string, string] => [
    both('part.of'),
    [...words.values()].map((one) => partText(scope, one)).join(' / '),
  ]
  const known: [string, string][] = [
    [both('page.pack'), firms],
    [both('page.as_of'), facts.asOf],
    [both('page.run'), facts.runId],
    ...(facts.part ? [partLine(facts.part.scope)] : []),
    [both('page.amounts'), amounts],
  ]
  const head = [
    both('workbook.sheet'),
    ...all('workbook.report'),
    ...all('workbook.table'),
    both('workbook.rows'),
    both('workbook.models'),
    ...all('page.counts'),
    ...all('page.compares'),
  ]
  const texts = words.size
  return {
    name: 'Index',
    head: [...known, [], head],
    rows: tables.map((table, i) => lineOf(table, pages, tables[i - 1]?.page.report !== table.page.report)),
    widths: [32, ...Array(texts * 2).fill(36), 10, 40, ...Array(texts * 2).fill(60)],
  }
}

/** What a report counts is told once. */
function lineOf(table: Table, pages: Bound['pages'], isFirst: boolean): SheetCell[] {
  const { sheet, page, rows, titles, origin } = table
  const editions = pages.filter(({ report }) => report.name === page.report.name)
  return [
    rows.length > 0 ? { text: sheet, link: sheet } : { text: sheet },
    ...editions.map(({ title, whose }) => ({ text: whose ? `${title} (${whose})` : title })),
    ...titles.map((text) => ({ text })),
    { number: rows.length, format: 'count' },
    { text: origin.models.join(', ') },
    ...(isFirst
      ? (['counts', 'compares'] as const).flatMap((part) =>
          editions.map(({ definitions }) => ({ text: definitions[part] })),
        )
      : []),
  ]
}
