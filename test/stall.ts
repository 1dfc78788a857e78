import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openLedger } from '../pipelines/ledger.ts'
import { nightly } from '../pipelines/nightly.ts'
import { openProject, type Project } from '../pipelines/project.ts'
import { acquireLock } from '../pipelines/publish/lock.ts'

/** A market stall: few models of its own and none of the base's, so that a whole night takes a second or two. */
export interface Stall {
  dir: string
  /** Delivers the inputs of a day; days differ in new, changed and deleted rows. */
  deliver(day: number): void
}

const files = {
  'clientele.config.ts': `export default ${JSON.stringify({
    name: 'stall',
    title: 'Stall',
    timeZone: 'Europe/London',
    reportingCurrency: 'GBP',
    asOf: '2024-03-31',
    locales: ['en'],
  })}\n`,
  'sources/till.yaml': `
kind: sqlite
path: input/till.sqlite
tables:
  people:
    key: [person_id]
    columns: {person_id: {type: VARCHAR, not_null: true}, full_name: {type: VARCHAR, pii: direct}}
  orders:
    key: [order_id]
    columns: {order_id: VARCHAR, person_id: VARCHAR, ordered_on: DATE, amount: {type: 'DECIMAL(18,4)', not_null: true}}
    checks: {amount_not_negative: amount >= 0}
`,
  'sql/staging/people.sql': `/*
columns:
  person_id: {type: VARCHAR, tests: [unique, not_null]}
  full_name: {type: VARCHAR, pii: direct}
*/
select person_id, full_name from raw.people`,
  'sql/staging/orders.sql': `/*
columns:
  order_id: {type: VARCHAR, tests: [unique]}
  person_id: {type: VARCHAR, tests: [{relationships: staging.people.person_id}]}
  ordered_on: {type: DATE}
  amount: {type: 'DECIMAL(18,4)', tests: [{range: {min: 0}}]}
*/
select order_id, person_id, ordered_on, amount from raw.orders where ordered_on <= as_of()`,
  'sql/core/customers.sql': `/*
tests: [{expression: last_order <= as_of()}, {unique: [person_id]}]
*/
select person_id, count(*) as orders, sum(amount) as paid, max(ordered_on) as last_order
from staging.orders group by person_id`,
  'sql/core/months.sql':
    "select date_trunc('month', ordered_on) as month, count(*) as orders, sum(amount) as paid from staging.orders group by all",
  'sql/core/gaps.sql':
    'select person_id, ordered_on - lag(ordered_on) over (partition by person_id order by ordered_on, order_id) as days from staging.orders',
  'sql/rfm/scores.sql':
    'select person_id, rank() over (order by last_order) as recency, rank() over (order by orders) as frequency, rank() over (order by paid) as monetary from core.customers',
  'sql/rfm/cells.sql':
    'select recency // 20 as r, frequency // 20 as f, count(*) as customers from rfm.scores group by all',
  'sql/churn/customers.sql':
    '/*\nkind: view\n*/\nselect person_id, as_of() - last_order as silent_days from core.customers',
  'sql/ltv/customers.sql':
    'select person_id, paid, quantile_cont(days, 0.9) as usual from core.customers left join core.gaps using (person_id) group by all',
  'sql/tests/sums-foot.sql':
    'select paid from (select sum(paid) as paid from core.customers) where paid is distinct from (select sum(paid) from core.months)',
  'reports/sales/queries.sql': '-- name: months\nselect month, paid from core.months order by month\n',
  'reports/sales/en.md': `---
title: Sales
order: 1
formats: [html]
---
{{#table months title='Months'}}
{{column 'month' 'Month' as='date'}}
{{column 'paid' 'Paid' as='money'}}
{{/table}}
`,
}

export async function openStall(): Promise<Stall> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-stall-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  await mkdir(join(dir, 'input'))
  const stall: Stall = { dir, deliver: (day) => fillTill(join(dir, 'input/till.sqlite'), day) }
  stall.deliver(0)
  return stall
}

function fillTill(path: string, day: number): void {
  const db = new DatabaseSync(path)
  db.exec(`
    drop table if exists people; drop table if exists orders;
    create table people (person_id text primary key, full_name text);
    create table orders (order_id text primary key, person_id text, ordered_on text, amount real);
    begin`)
  const person = db.prepare('insert into people values (?, ?)')
  for (let id = 0; id < 100; id++)
    person.run(`p${id}`, day > 0 && id % 31 === 0 ? `Renamed ${id}` : `Name ${id}`)
  const order = db.prepare('insert into orders values (?, ?, ?, ?)')
  for (let n = 0; n < 900 + day * 40; n++) {
    if (day > 0 && n % 211 === 0) continue
    const on = new Date(Date.UTC(2024, 0, 1 + ((n * 37) % 90))).toISOString().slice(0, 10)
    order.run(
      `o${n}`,
      `p${(n * 13) % 100}`,
      on,
      n % 300 === 7 ? -1 : ((n * 7) % 40) + (day > 0 && n % 97 === 0 ? 1 : 0),
    )
  }
  db.exec('commit')
  db.close()
}

/** The stall as a project that is laid over nothing but the base's templates and its index of the night. */
export async function stallProject(dir: string): Promise<Project> {
  const project = await openProject(dir)
  const isOurs = ({ key, path }: { key: string; path: string }, folder: string) =>
    path.startsWith(dir) || folder === 'templates' || (folder === 'reports' && key.startsWith('index/'))
  const layered: Project['layered'] = async (folder) =>
    (await project.layered(folder))
      .filter((file) => isOurs(file, folder))
      // A file of the base that is not there binds nobody.
      .map(({ key, path, shown }) => ({ key, path, shown }))
  return { ...project, layered }
}

/** A night of the stall, as the command line runs it; tells each step as it begins. */
export async function stallNight(dir: string, progress: (text: string) => void): Promise<void> {
  const project = await stallProject(dir)
  const asOf = '2024-03-31'
  const clock = () => new Date()
  const log = { line() {}, progress }
  const lock = await acquireLock(project, { command: 'nightly', asOf, startedAt: clock().toISOString() })
  const ledger = await openLedger(project, { command: 'nightly', asOf }, { clock, log })
  await nightly({ project, asOf, clock, log, env: process.env }, ledger)
  await ledger.finish('done')
  lock.release()
}
