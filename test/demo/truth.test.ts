import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { simulate } from '../../data/demo/simulate/simulate.ts'

type Row = Record<string, SQLOutputValue>
let db: DatabaseSync
const all = (statement: string): Row[] => db.prepare(statement).all()
const one = (statement: string): number => Number(Object.values(db.prepare(statement).get() as Row)[0])

const scale = 0.25

/** A demonstration of 5,000 people, with its truth attached. */
beforeAll(() => {
  const dir = mkdtempSync(join(tmpdir(), 'truth-'))
  simulate({ dir, seed: 8, population: 20_000 * scale })
  db = new DatabaseSync(join(dir, 'operations.sqlite'))
  db.exec(`attach '${join(dir, 'truth.sqlite')}' as truth`)
  db.exec('create index by_order on sales_order_item (order_id)')
}, 120_000)

afterAll(() => db?.close())

test('the firm has the size it should have', () => {
  const expected: Record<string, [low: number, high: number]> = {
    'select count(*) from true_person where joined_on is not null': [19_000, 21_000],
    'select count(*) from t_member': [20_500, 23_000],
    'select count(*) from true_organisation': [550, 660],
    'select count(*) from sales_order': [135_000, 165_000],
    'select count(*) from sales_order_item': [230_000, 320_000],
    'select count(*) from mkt_contact': [200_000, 300_000],
    "select count(*) from sales_order where order_type = 'R'": [6000, 11_000],
    'select count(*) from sales_order where state = 90': [1800, 4000],
    'select count(*) from crm_case': [4000, 9000],
    'select count(*) from crm_survey': [15_000, 35_000],
    'select count(*) from consent_log': [25_000, 50_000],
    'select count(*) from true_list_name': [29_900, 30_100],
  }
  for (const [statement, [low, high]] of Object.entries(expected)) {
    expect(one(statement) / scale, statement).toBeGreaterThan(low)
    expect(one(statement) / scale, statement).toBeLessThan(high)
  }
  expect(one('select count(*) from prd_item')).toBeGreaterThan(370)
  expect(one('select count(distinct camp_code) from mkt_contact')).toBeGreaterThan(16)
})

test('one person in twelve is recorded again, some twice', () => {
  const counts = all(
    "select n, count(*) as people from (select true_id, count(*) as n from true_record where kind = 'person' group by 1) group by 1",
  )
  const people = counts.reduce((sum, { people }) => sum + Number(people), 0)
  const again = people - Number(counts.find(({ n }) => n === 1)?.people)
  expect(again / people).toBeGreaterThan(0.065)
  expect(again / people).toBeLessThan(0.1)
  expect(counts.find(({ n }) => n === 3)?.people).toBeGreaterThan(10)
})

test('every record has a true person or organisation, and every order’s record was there by then', () => {
  expect(
    one('select count(*) from t_member left join true_record on record_id = member_no where true_id is null'),
  ).toBe(0)
  expect(
    one('select count(*) from t_corp left join true_record on record_id = corp_no where true_id is null'),
  ).toBe(0)
  expect(
    one(
      "select count(*) from true_record r left join true_person p using (true_id) where r.kind = 'person' and p.joined_on is null",
    ),
  ).toBe(0)
  expect(
    one('select count(*) from sales_order join t_member using (member_no) where created_ts < reg_ts'),
  ).toBe(0)
  expect(
    one(
      "select count(*) from sales_order o left join t_member m using (member_no) where o.buyer_type = 'P' and m.member_no is null",
    ),
  ).toBe(0)
  expect(
    one(
      'select count(*) from mkt_contact c left join t_member m using (member_no) where c.list_code is null and m.member_no is null',
    ),
  ).toBe(0)
  expect(
    one('select count(*) from true_list_name left join true_person using (true_id) where market is null'),
  ).toBe(0)
})

test('records of one person still share something, and differ somewhere', () => {
  const pairs = all(
    `select a.name = b.name as name, replace(replace(substr(a.mobile, -8), ' ', ''), '-', '') = replace(replace(substr(b.mobile, -8), ' ', ''), '-', '') as mobile,
            a.email = b.email as email, a.birthday = b.birthday as birthday, a.addr = b.addr as addr
     from true_record x join true_record y on x.true_id = y.true_id and x.record_id < y.record_id
     join t_member a on a.member_no = x.record_id join t_member b on b.member_no = y.record_id
     where a.status <> 9 and b.status <> 9`,
  )
  const share = (test: (row: Row) => boolean) => pairs.filter(test).length / pairs.length
  expect(pairs.length).toBeGreaterThan(300)
  expect(share((row) => row.name === 1)).toBeLessThan(0.6)
  expect(share((row) => Object.values(row).includes(1))).toBeGreaterThan(0.85)
})

test('those who left stay away, but for the few who are won back; those alive come again', () => {
  const byState = all(
    'select is_alive, count(*) as n, avg(days_1y) as days, avg(days_1y > 0) as back from true_person where joined_on is not null group by 1 order by 1',
  )
  expect(byState[0]?.back).toBeLessThan(0.15)
  expect(byState[1]?.back).toBeGreaterThan(0.6)
  expect(one('select count(*) from true_person where days_2y < days_1y or days_3y < days_2y')).toBe(0)
  // Records share out what their person orders; some of it goes to records that are yet to be made.
  const persons = one('select sum(days_1y) from true_person')
  const records = one("select sum(days_1y) from true_record where kind = 'person'")
  expect(records / persons).toBeGreaterThan(0.96)
  expect(records / persons).toBeLessThan(1.02)
})

interface Cell {
  n: number
  sum: number
  squares: number
}

const mean = ({ n, sum }: Cell) => sum / n
const error2 = (cell: Cell) => (cell.squares / cell.n - mean(cell) ** 2) / cell.n

/** By campaign with a control group: treatment and control of a number told of each contact. */
function cellsOf(
  tell: (times: number[], contact: Row) => number,
): Map<string, [treatment: Cell, control: Cell]> {
  const times = new Map<SQLOutputValue, number[]>()
  for (const { true_id, created_ts } of all(
    `select true_id, created_ts from sales_order join true_record on record_id = member_no
     where order_type = 'S' and state <> 90 order by created_ts`,
  )) {
    const known = times.get(true_id as string)
    if (known === undefined) times.set(true_id as string, [created_ts as number])
    else known.push(created_ts as number)
  }
  const cells = new Map<string, [Cell, Cell]>()
  for (const contact of all(
    `select camp_code, cell, true_id, unixepoch(starts) as starts, unixepoch(ends) as ends, created_ts
     from mkt_contact join mkt_campaign using (camp_code) join true_record on record_id = member_no where mkt_contact.media <> 'P'`,
  )) {
    const code = String(contact.camp_code)
    const empty = (): Cell => ({ n: 0, sum: 0, squares: 0 })
    const pair = cells.get(code) ?? [empty(), empty()]
    cells.set(code, pair)
    const value = tell(times.get(contact.true_id as string) ?? [], contact)
    const cell = pair[contact.cell === 'T' ? 0 : 1]
    cell.n++
    cell.sum += value
    cell.squares += value * value
  }
  return new Map([...cells].filter(([, [, control]]) => control.n > 60))
}

const meanSquare = (scores: number[]) => scores.reduce((sum, z) => sum + z * z, 0) / scores.length

test('control groups are random: both cells are of the same kind before the send', () => {
  const cells = cellsOf(
    (times, { created_ts }) => times.filter((time) => time < (created_ts as number)).length,
  )
  const scores = [...cells.values()].map(([t, c]) => (mean(t) - mean(c)) / Math.sqrt(error2(t) + error2(c)))
  expect(scores.length).toBeGreaterThan(15)
  // Standard scores: their mean square is 1 when chance alone divides the cells.
  expect(meanSquare(scores)).toBeLessThan(2)
  expect(Math.max(...scores.map(Math.abs))).toBeLessThan(4)
})

test('measured lifts scatter about the true ones by their standard errors', () => {
  const day = 86_400
  // Whatever record the order stands on; the window ends with its last day.
  const cells = cellsOf((times, { starts, ends }) =>
    times.some((time) => time > (starts as number) && time <= (ends as number) + day) ? 1 : 0,
  )
  const truth = new Map(
    all('select camp_code, true_lift from true_campaign').map((row) => [
      String(row.camp_code),
      Number(row.true_lift),
    ]),
  )
  const scores = [...cells].flatMap(([code, [t, c]]) => {
    const lift = truth.get(code)
    return lift === undefined ? [] : [(mean(t) - mean(c) - lift) / Math.sqrt(error2(t) + error2(c))]
  })
  expect(scores.length).toBeGreaterThan(15)
  expect(meanSquare(scores)).toBeLessThan(2)
  expect(Math.abs(scores.reduce((sum, z) => sum + z, 0) / Math.sqrt(scores.length))).toBeLessThan(3.5)
  // Some help, most of the rest do nothing, and the telephone round drives people away.
  const lift = (code: string) => truth.get(code) as number
  expect(lift('XMS25')).toBeGreaterThan(0.03)
  expect(lift('D1125')).toBe(0)
  expect(lift('TEL26')).toBeLessThan(-0.08)
})

test('a complaint handled badly drives away a third of those who were still there; nothing else does', () => {
  const rows = all(
    `select c.kind, t.handled_well, count(*) as n, avg(t.drove_away) as share from crm_case c join true_case t using (case_id)
     where c.member_no is not null and c.closed_at < '2026-01-01' group by 1, 2`,
  )
  const share = (kind: string, well: number) =>
    Number(rows.find((row) => row.kind === kind && row.handled_well === well)?.share)
  expect(share('C', 0)).toBeGreaterThan(0.15)
  expect(share('C', 0)).toBeLessThan(0.32)
  expect([share('C', 1), share('S', 0), share('R', 1)]).toEqual([0, 0, 0])
})

test('value is concentrated: the best tenth of members brings well over a third', () => {
  const shares = all(
    `select sum(net) filter (where rank <= n / 10) / sum(net) as top from (
       select net, row_number() over (order by net desc) as rank, count(*) over () as n from (
         select member_no, sum((qty * unit_price - disc) * case ccy when 'GBP' then 9.2 when 'HKD' then 0.91 else 1 end) as net
         from sales_order join sales_order_item using (order_id) where member_no is not null and state <> 90 group by 1))`,
  )
  expect(shares[0]?.top).toBeGreaterThan(0.36)
  expect(shares[0]?.top).toBeLessThan(0.6)
})

test('the stories are there: Britain grows, one franchise shop wanes, textiles are given away', () => {
  const year = (from: string) =>
    `created_ts >= strftime('%s', '${from}') and created_ts < strftime('%s', '${from}', '+1 year')`
  const orders = (where: string, from: string) =>
    one(`select count(*) from sales_order where ${where} and order_type = 'S' and ${year(from)}`)
  const growth = (where: string) => orders(where, '2025-07-01') / orders(where, '2023-07-01')
  expect(growth("ccy = 'GBP' and buyer_type = 'P'")).toBeGreaterThan(1.6)
  expect(growth("shop_code = 'F06'")).toBeLessThan(0.85)
  expect(growth("shop_code = 'F01'")).toBeGreaterThan(1)
  const discount = (from: string) =>
    one(
      `select 1.0 * sum(disc) / sum(qty * unit_price) from sales_order join sales_order_item using (order_id) join prd_item using (item_no)
       join prd_category c using (cat_id) where c.parent_id = 3 and qty > 0 and buyer_type = 'P' and ${year(from)}`,
    )
  expect(discount('2022-07-01')).toBeLessThan(0.14)
  expect(discount('2025-07-01')).toBeGreaterThan(0.2)
})
