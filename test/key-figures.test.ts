import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../pipelines/duckdb.ts'
import { firmDay } from './firm.ts'
import { firmAfterNight } from './first-night.ts'

/**
 * The figures of the management summary, recomputed from the operational database by SQL that shares nothing with the
 * models: another engine, other tables, other names. The period is the last three complete months. Only who is who is
 * taken from the warehouse: test/demo/identity.test.ts holds that against the truth.
 */
const from = '2026-04-01'
const to = '2026-06-30'

let dir: string
let operations: DatabaseSync
let page: Map<string, number>

beforeAll(async () => {
  dir = await firmAfterNight()
  operations = new DatabaseSync(join(dir, 'input/operations.sqlite'), { readOnly: true })
  await tellWhoIsWho()
  operations.exec(sales)
  const file = join(dir, 'var/published', firmDay, 'management-summary.en.html')
  page = figuresOf(await readFile(file, 'utf8'))
}, 240_000)
afterAll(() => operations?.close())

/** Table `who`: the customer of each record. */
async function tellWhoIsWho() {
  const warehouse = await openDatabase(join(dir, 'var/warehouse.duckdb'), { readOnly: true })
  const clusters = await warehouse.rows<{ record_id: string; customer_id: string }>(
    'select record_id, customer_id from identity.clusters',
  )
  warehouse.close()
  operations.exec('create temp table who (record text primary key, customer text)')
  const insert = operations.prepare('insert into who values (?, ?)')
  for (const { record_id, customer_id } of clusters) insert.run(record_id, customer_id)
}

/** The exact figure behind every tile of the page. */
function figuresOf(html: string): Map<string, number> {
  const tiles = html.matchAll(/data-figure="(\w+)">[\s\S]*?<data value="([^"]+)"/g)
  return new Map([...tiles].map(([, code, value]) => [code as string, Number(value)]))
}

// A line without a cost of its own costs what the item usually does, in yuan; where that is not known, the configured
// default margin of 40 % is assumed. Who leaves is a customer to the end of that day.
// Members born on a day that does not exist are in quarantine, with what they bought.
// A line is on the books when its order was not called off, its currency is one the firm trades in and the line has goods.
// Shanghai keeps UTC+8 all year; a rate holds until the next quotation.
const sales = `
  create temp table quoted (ccy text, rate_date text, rate real, primary key (ccy, rate_date));
  insert into quoted select ccy, rate_date, cny_per_unit from fin_fx;
  create temp table line as
  select
    i.item_id, o.order_id, date(o.created_ts + 8 * 3600, 'unixepoch') as day, (select customer from who where record = coalesce(o.member_no, o.corp_no)) as buyer,
    i.qty, (i.qty * i.unit_price - i.disc) / 100.0 as amount, i.qty * i.unit_cost / 100.0 as cost, i.qty * p.cost_fen / 100.0 as usual_cost, i.ref_item_id,
    case o.ccy when 'CNY' then 1 else (
      select f.rate from quoted f
      where f.ccy = o.ccy and f.rate_date <= date(o.created_ts + 8 * 3600, 'unixepoch')
      order by f.rate_date desc limit 1
    ) end as rate
  from sales_order o join sales_order_item i on i.order_id = o.order_id
  left join prd_item p on p.item_no = i.item_no
  where o.state <> 90 and o.ccy in ('CNY', 'HKD', 'GBP') and i.qty <> 0 and i.item_no is not null
    and (o.member_no is null or o.member_no in (
      select member_no from t_member where birthday is null or date(birthday) = birthday));
  create temp table sale as select *, amount * rate as value from line where qty > 0 and amount > 0;
  create temp table taken_back as select *, -amount * rate as value from line where qty < 0 and amount < 0;
  create temp table first_purchase as select buyer, min(day) as day from sale where buyer is not null group by buyer`

const one = (sql: string): number => (operations.prepare(sql).get({ from, to }) as { n: number }).n

test('net sales, returns and the average order', () => {
  const gross = one('select sum(value) as n from sale where day between :from and :to')
  const returned = one('select sum(value) as n from taken_back where day between :from and :to')
  const orders = one('select count(distinct order_id) as n from sale where day between :from and :to')
  expect(orders).toBeGreaterThan(500)
  expect(page.get('net_sales')).toBeCloseTo(gross - returned, 0)
  expect(page.get('return_rate')).toBeCloseTo(returned / gross, 8)
  expect(page.get('average_order_value')).toBeCloseTo(gross / orders, 3)
})

test('new customers and repeat buyers', () => {
  const fresh = one('select count(*) as n from first_purchase where day between :from and :to')
  const buyers = one('select count(distinct buyer) as n from sale where day between :from and :to')
  const again = one(`
    select count(distinct s.buyer) as n from sale s join first_purchase f on f.buyer = s.buyer
    where s.day between :from and :to and f.day < s.day`)
  expect(page.get('new_customers')).toBe(fresh)
  expect(page.get('repeat_rate')).toBeCloseTo(again / buyers, 10)
})

test('contribution: goods, delivery, service and contacts taken off', () => {
  const margin = one(
    'select sum(amount * rate - coalesce(cost * rate, usual_cost, amount * rate * 0.6)) as n from line where day between :from and :to',
  )
  const delivery = one(`
    select sum((ship_fee - coalesce(ful_cost, 0)) / 100.0 * rate) as n
    from sales_order o join (select distinct order_id, day, rate from line) l on l.order_id = o.order_id
    where l.day between :from and :to`)
  // A case that was closed before it was opened is in quarantine.
  const service = one(`
    select sum(cost_fen) / 100.0 as n from crm_case
    where date(opened_at, '+8 hours') between :from and :to and kind in ('S', 'R', 'C') and coalesce(closed_at, opened_at) >= opened_at`)
  const contacts = one(`
    select sum(cost_fen) / 100.0 as n from mkt_contact where member_no is not null and sent_on between :from and :to`)
  expect(page.get('contribution')).toBeCloseTo(margin + delivery - service - contacts, 0)
})

test('active customers: bought within the 90th percentile of all gaps, and did not leave', () => {
  operations.exec(`
    create temp table purchase as
    select buyer, substr(buyer, 1, 1) as kind, day, julianday(day) - julianday(lag(day) over (partition by buyer order by day)) as gap
    from (select distinct buyer, day from sale where buyer is not null)`)
  let active = 0
  for (const kind of ['P', 'O']) {
    const repeat = operations
      .prepare(
        'select count(*) as n from (select buyer from purchase where kind = ? group by buyer having count(*) > 1)',
      )
      .get(kind) as { n: number }
    // With a hundred repeat buyers a kind is judged by its own gaps, with fewer by those of the whole base.
    const whose = repeat.n >= 100 ? [kind, kind] : ['P', 'O']
    const gaps = operations
      .prepare('select gap as n from purchase where kind in (?, ?) and gap is not null order by gap')
      .all(...whose) as { n: number }[]
    const lapse = gaps[Math.ceil(gaps.length * 0.9) - 1]?.n as number
    const { n } = operations
      .prepare(`
        select count(*) as n
        from (select buyer, max(day) as last from purchase where kind = ? group by buyer) p
        where julianday(?) - julianday(last) <= ?
          and not exists (select 1 from t_exit e join who on record = coalesce(e.member_no, e.corp_no) where customer = p.buyer and e.exited >= p.last and e.exited < ?)`)
      .get(kind, to, lapse, to) as { n: number }
    active += n
  }
  expect(page.get('active_customers')).toBe(active)
})
