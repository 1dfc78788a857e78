import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { prepareDemo } from '../../data/demo/simulate/prepare.ts'
import { simulate } from '../../data/demo/simulate/simulate.ts'

const made = (options: { seed?: number; until?: string; population?: number } = {}): string => {
  const dir = mkdtempSync(join(tmpdir(), 'simulate-'))
  simulate({ seed: 5, population: 500, ...options, dir })
  return dir
}

const digests = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(dir, name)).isFile())
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(dir, name)))
          .digest('hex'),
      ]),
  )

const rowsOf = (dir: string, statement: string): Record<string, unknown>[] => {
  const db = new DatabaseSync(join(dir, 'operations.sqlite'), { readOnly: true })
  const rows = db.prepare(statement).all()
  db.close()
  return rows
}

test('the same seed gives the same bytes, another seed other bytes', () => {
  const first = digests(made())
  expect(Object.keys(first)).toEqual([
    'lists/expo-visitors-2025.xlsx',
    'lists/gift-buyers-2025.csv',
    'lists/households-autumn-2025.txt',
    'operations.sqlite',
    'truth.sqlite',
  ])
  expect(digests(made())).toEqual(first)
  const other = digests(made({ seed: 6 }))
  for (const [name, digest] of Object.entries(first)) expect(other[name]).not.toBe(digest)
})

test('a later day holds all that an earlier one does, and changes only what may change', () => {
  const [earlier, later] = [made({ until: '2026-06-30' }), made({ until: '2026-07-07' })]
  const fixed: Record<string, string> = {
    sales_order_item: '*',
    mkt_contact: '*',
    mkt_response: '*',
    consent_log: '*',
    fin_fx: '*',
    crm_interaction: '*',
    t_exit: '*',
    sales_order: 'order_id, member_no, corp_no, created_ts, ccy, order_type, ref_order_id',
    crm_case: 'case_id, kind, order_id, opened_at, subject',
    t_member: 'member_no, src_sys, reg_ts, nation',
  }
  for (const [table, columns] of Object.entries(fixed)) {
    const before = rowsOf(earlier, `select ${columns} from ${table} order by 1`)
    const after = new Set(rowsOf(later, `select ${columns} from ${table}`).map((row) => JSON.stringify(row)))
    expect(
      before.filter((row) => !after.has(JSON.stringify(row))),
      table,
    ).toEqual([])
    if (['sales_order', 'sales_order_item', 'fin_fx'].includes(table))
      expect(after.size, table).toBeGreaterThan(before.length)
  }
  // An order that was settling a week ago has settled since, with a later mark of change.
  const settling = rowsOf(earlier, 'select order_id, updated_ts from sales_order where state = 20')
  expect(settling.length).toBeGreaterThan(0)
  const now = new Map(
    rowsOf(later, 'select order_id, updated_ts, state from sales_order').map((row) => [row.order_id, row]),
  )
  for (const { order_id, updated_ts } of settling) {
    expect(now.get(order_id)?.state).toBe(30)
    expect(now.get(order_id)?.updated_ts).toBeGreaterThan(updated_ts as number)
  }
})

test('nothing in the operational database is later than its day', () => {
  const dir = made({ until: '2025-07-31' })
  const end = Date.parse('2025-07-31T16:00:00Z') / 1000
  expect(
    rowsOf(dir, `select count(*) as n from sales_order where created_ts >= ${end} or updated_ts >= ${end}`)[0]
      ?.n,
  ).toBe(0)
  expect(rowsOf(dir, `select count(*) as n from t_member where upd_ts >= ${end}`)[0]?.n).toBe(0)
  expect(rowsOf(dir, `select count(*) as n from mkt_contact where sent_on > '2025-07-31'`)[0]?.n).toBe(0)
  expect(
    rowsOf(
      dir,
      `select count(*) as n from crm_case where coalesce(closed_at, opened_at) >= '2025-07-31T16:00:00Z'`,
    )[0]?.n,
  ).toBe(0)
  // Only the expo's list had come by then.
  expect(readdirSync(join(dir, 'lists'))).toEqual(['expo-visitors-2025.xlsx'])
  expect(rowsOf(dir, 'select list_code from mkt_list').map((row) => row.list_code)).toEqual(['L-EX25'])
})

test('a day outside the simulation is refused', () => {
  expect(() => simulate({ dir: tmpdir(), seed: 1, until: '2031-01-01' })).toThrow(/until: 2031-01-01/)
  expect(() => simulate({ dir: tmpdir(), seed: 1, until: 'soon' })).toThrow(/until: soon/)
})

test('preparing makes what is missing, torn or out of date, and otherwise does nothing', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'prepare-'))
  const what = { seed: 5, until: '2026-06-30', population: 200 }
  const said: string[] = []
  const prepare = (seed = 5) => prepareDemo({ dir, report: (text) => said.push(text) }, { ...what, seed })
  await prepare()
  expect(said.length).toBeGreaterThan(0)
  const first = digests(join(dir, 'input'))
  said.length = 0
  await prepare()
  expect(said).toEqual([])
  // A file that lost its end, a run that was killed before its stamp, another simulation's set.
  writeFileSync(join(dir, 'input/operations.sqlite'), 'torn')
  await prepare()
  expect(digests(join(dir, 'input'))).toEqual(first)
  rmSync(join(dir, 'input/made.json'))
  writeFileSync(join(dir, 'input/truth.sqlite.part'), 'half')
  await prepare()
  expect(digests(join(dir, 'input'))).toEqual(first)
  // Another world: what was landed from the first would be mixed with it.
  mkdirSync(join(dir, 'var/landing/operations'), { recursive: true })
  await prepare()
  expect(readdirSync(join(dir, 'var'))).toEqual(['landing', 'world'])
  await prepare(9)
  expect(readdirSync(join(dir, 'var'))).toEqual(['world'])
  expect(digests(join(dir, 'input'))['operations.sqlite']).not.toBe(first['operations.sqlite'])
})
