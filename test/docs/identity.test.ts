import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { scoreClusters, scorePairs, scoreRules, scoreThresholds } from '../../bench/linkage/truth.ts'
import { build } from '../../pipelines/build/build.ts'
import type { Db } from '../../pipelines/duckdb.ts'
import { extract } from '../../pipelines/extract/extract.ts'
import { linkageOf, linkageShape } from '../../pipelines/linkage/declaration.ts'
import { kinds } from '../../pipelines/linkage/kinds.ts'
import { modelsOf } from '../../pipelines/linkage/models.ts'
import { printWhy, why } from '../../pipelines/linkage/why.ts'
import { load } from '../../pipelines/load/load.ts'
import { silent } from '../../pipelines/log.ts'
import { printTable } from '../../pipelines/print.ts'
import { baseDir, openProject } from '../../pipelines/project.ts'
import { openBuilding } from '../../pipelines/publish/building.ts'
import { publish } from '../../pipelines/publish/publish.ts'
import { openFirm } from '../firm.ts'
import { linkedFile } from '../linkage/linked.ts'
import { blocksOf, rewritten } from './page.ts'

const path = join(baseDir, 'docs/identity.md')
const page = await readFile(path, 'utf8')
const set = join(baseDir, '../shared/data/splink/fake_1000.csv')

test('the declaration shown is one, and every model it names comes of it', () => {
  const [, shown] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const linkage = linkageOf('identity.person', linkageShape.parse(parse(shown as string)))
  const made = modelsOf(linkage).map(({ name }) => name.replace('identity.', ''))
  const written = ['person_records', 'person_given', 'person_decisions']
  for (const name of new Set(page.match(/\bperson_[a-z]+/g))) expect([...made, ...written]).toContain(name)
})

test('the kinds listed are those there are', () => {
  const listed = /Kinds are (.*?);/.exec(page)?.[1]?.match(/[a-z_]+/g)
  expect(listed?.sort()).toEqual(Object.keys(kinds).sort())
})

test.skipIf(!existsSync(set))(
  `the evidence shown is what comes out${existsSync(set) ? '' : ' (no data)'}`,
  async () => {
    const db = await linkedFile('fake_1000.yaml', set)
    const pairs = await scorePairs(db, 'identity.people')
    const clusters = await scoreClusters(db, 'identity.people')
    const rules = await scoreRules(db, 'identity.people')
    const thresholds = await scoreThresholds(db, 'identity.people')
    const [blocking] = await db.rows<{ missed_share: number }>(
      'select missed_share from identity.people_missed',
    )
    db.close()
    expect(page).toContain(
      `pairs: ${short(pairs.blocked, 3)} of the true pairs are brought together by blocking; F1 ${short(pairs.bestF1, 3)} at the best threshold, ${short(pairs.evenF1, 3)} at even odds`,
    )
    expect(page).toContain(
      `clusters: precision ${clusters.precision.toFixed(3)}, recall ${short(clusters.recall, 3)}, F1 ${short(clusters.f1, 3)}`,
    )
    expect(page).toContain(`${short(blocking?.missed_share as number, 3)} of the pairs, where the truth`)
    const shown = page.split('\n').map((line) => line.replace(/\s+/g, ' '))
    for (const { rule, pairs: brought, right, onlyHere } of rules.filter(({ rule }) => !rule.includes('+')))
      expect(
        shown.some((line) => line.startsWith(`${rule} ${brought} ${right} ${onlyHere}`)),
        rule,
      ).toBe(true)
    for (const { threshold, precision, recall } of thresholds.filter(({ threshold: at }) => at <= 6))
      expect(
        shown.some((line) => line.endsWith(`${threshold} ${short(precision, 4)} ${short(recall, 4)}`)),
      ).toBe(true)
  },
  60_000,
)

const short = (share: number, digits: number) => share.toFixed(digits).replace(/^0/, '')

/** Three comparisons, without the levels that hardly occur. */
async function weights(db: Db): Promise<string[]> {
  const rows = await db.rows<{
    comparison: string
    label: string
    same: number
    other: number
    weight: number
  }>(
    `select comparison, label, same, other, weight from identity.person_fit
     where comparison in ('birth_date', 'family_name', 'phone') and same >= 0.005 order by comparison, level desc`,
  )
  const bar = (bits: number) => (bits < 0 ? '░' : '█').repeat(Math.round(Math.abs(bits)))
  return printTable(
    ['comparison', 'level', 'same', 'other', 'bits', ''],
    rows.map(({ comparison, label, same, other, weight }) => [
      comparison,
      label,
      short(same, 4),
      short(other, 6),
      weight.toFixed(1),
      bar(weight),
    ]),
    [false, false, true, true, true, false],
  ).split('\n')
}

async function thresholds(db: Db): Promise<string[]> {
  const rows = await db.rows<
    Record<'threshold' | 'links' | 'wrong' | 'most' | 'missed', number> & { is_chosen: boolean }
  >(
    `select cast(threshold as double) as threshold, links, wrong_share as wrong, wrong_share_most as most,
       missed_share as missed, is_chosen
     from identity.person_thresholds where threshold in (0, 2, 4, 8, 12) order by threshold`,
  )
  return printTable(
    ['threshold', 'links', 'wrong', 'at most', 'missed', ''],
    rows.map(({ threshold, links, wrong, most, missed, is_chosen }) => [
      String(threshold),
      String(links),
      short(wrong, 4),
      short(most, 4),
      short(missed, 4),
      is_chosen ? 'chosen' : '',
    ]),
    [true, true, true, true, true, false],
  ).split('\n')
}

/** Two records in two scripts that are one customer, the least sure of them. */
async function acrossScripts(db: Db): Promise<[string, string]> {
  const [pair] = await db.rows<{ one: string; other: string }>(
    `select left_id as one, right_id as other from identity.person_reasons
     where is_joined and comparison = 'family_name' and finding = 'same in sound'
     order by total_weight, left_id, right_id limit 1`,
  )
  return [pair?.one as string, pair?.other as string]
}

/** `vitest run test/docs/identity -u` writes what comes out into the page: read the difference before it is kept. */
test('the weights, thresholds and reasons shown are those of a demonstration of 1,000 people', async () => {
  const dir = await openFirm('page', { population: 1000 })
  const project = await openProject(dir)
  const ctx = { project, asOf: '2026-06-30', clock: () => new Date(0), log: silent, env: {} }
  const runId = '2026-06-30-00000000'
  await extract(ctx)
  const db = await openBuilding(project, { fresh: true, full: false })
  await load(ctx, db, { full: false })
  await build(ctx, db, { full: false, runId, select: ['+identity.clusters', '+identity.person_reasons'] })
  const [one, other] = await acrossScripts(db)
  const shown = new Map([
    ['weights', await weights(db)],
    ['thresholds', await thresholds(db)],
  ])
  await publish(project, db, runId)
  const said = printWhy(await why(project, one, other, { personal: false }))
  await rm(dir, { recursive: true, force: true })
  shown.set('why', [`$ npx clientele why ${one} ${other}`, ...said.split('\n')])

  const changes = new Map(
    blocksOf(page).flatMap((block) => {
      const lines = shown.get(block.about)
      return lines ? [[block, lines.map((line) => line.trimEnd())] as const] : []
    }),
  )
  expect([...changes.keys()].map(({ about }) => about)).toEqual(['weights', 'thresholds', 'why'])
  await expect(rewritten(page, changes)).toMatchFileSnapshot(path)
}, 240_000)
