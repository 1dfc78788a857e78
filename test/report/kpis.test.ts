import { expect, test } from 'vitest'
import type { Row } from '../../pipelines/duckdb.ts'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { kpiHelpers } from '../../pipelines/report/blocks/kpis.ts'
import { openFormat } from '../../pipelines/report/format.ts'
import { runQueries } from '../../pipelines/report/results.ts'
import type { HelperOptions } from '../../pipelines/report/template.ts'

interface Filled {
  tiles: { code: string; comparisons: { label: string; text: string; tone: string; sign: string }[] }[]
  missing: string[]
  across: string
}

/** What the tiles of these figures are filled with. */
async function fill(values: string): Promise<Filled> {
  const db = await openDatabase(':memory:')
  const query = `select * from (values ${values}) as k(code, unit, value, prior, year_before, good)`
  const { kpis } = await runQueries(
    db,
    [{ name: 'kpis', one: false, kept: false, sql: query, start: 0 }],
    'q',
    query,
  )
  db.close()
  const front = {
    kpis: Object.fromEntries((kpis as Row[]).map(({ code }) => [code, { label: String(code) }])),
  }
  const page = {
    format: openFormat('en', 'GBP'),
    locale: 'en',
    words: { say: (path: string) => path, code: (_: string, code: string) => code },
    edition: { front },
    shows: () => undefined,
    id: () => 'kpis-1',
    fill: (_: string, context: object) => context,
  }
  return kpiHelpers.kpis?.(kpis, {
    hash: {},
    data: { page },
  } as unknown as HelperOptions) as unknown as Filled
}

test('a change is told in per cent, of shares in points, and of a loss in money', async () => {
  const { tiles } = await fill(`
    ('sales', 'money', 110.0, 100.0, null, 'up'),
    ('rate', 'percent', 0.12, 0.10, null, 'down'),
    ('profit', 'money', -65000.0, -118000.0, null, 'up')`)
  expect(tiles.map(({ comparisons }) => comparisons)).toEqual([
    [{ label: 'kpis.prior', text: '+10%', tone: 'good', sign: '▲' }],
    [{ label: 'kpis.prior', text: '+2.0 pp', tone: 'bad', sign: '▲' }],
    [{ label: 'kpis.prior', text: '+£53k', tone: 'good', sign: '▲' }],
  ])
})

test('what one figure is not compared with is not mentioned at it; what none is compared with is said once', async () => {
  const { tiles, missing, across } = await fill(`
    ('a', 'count', 5.0, 4.0, null::double, 'up'), ('b', 'count', 5.0, null, null, 'up'),
    ('c', 'count', 5.0, null, null, 'up'), ('d', 'count', 5.0, null, null, 'up'), ('e', 'count', 5.0, null, null, 'up')`)
  expect(tiles.map(({ comparisons }) => comparisons.length)).toEqual([1, 0, 0, 0, 0])
  expect([missing, across]).toEqual([['kpis.no_year_before'], 'three'])
})
