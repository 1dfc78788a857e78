import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { privateDir } from '../../pipelines/project.ts'
import { keepPack, tell } from '../../pipelines/publish/tell.ts'
import { textOf } from '../../pipelines/report/plain-text.ts'
import { report } from '../../pipelines/report/report.ts'
import { type House, openHouse } from './fixture.ts'

/** November was closed in the pack of December; that of January tells it otherwise. */
const december = `
  create schema summary; create schema identity;
  create table ops.models (name varchar, parts_json varchar);
  create table summary.figures (code varchar, period varchar, position integer, from_on date, to_on date, unit varchar, value double);
  create table summary.actions (report varchar, action varchar, customers bigint, prize decimal(18, 4));
  create table identity.changes (changed_on date, change varchar, from_customer_id varchar, to_customer_id varchar);
  insert into summary.figures values
    ('net_sales', 'quarter', 1, '2025-10-01', '2025-12-31', 'money', 600000),
    ('return_rate', 'quarter', 7, '2025-10-01', '2025-12-31', 'percent', 0.02),
    ('net_sales', 'month', null, '2025-11-01', '2025-11-30', 'money', 200000),
    ('orders', 'month', null, '2025-11-01', '2025-11-30', 'count', 900),
    ('orders', 'month', null, '2025-10-01', '2025-10-31', 'count', 800);
  insert into summary.actions values ('rfm', 'win_back', 120, 50000), ('products', 'drop', null, 9000), ('cohorts', 'second_order', 80, 1000);
  insert into ops.models values
    ('core.sales', '{"sql": "a", "as_of": "2025-12-31", "input raw.sales": "x"}'), ('core.old', '{"sql": "b"}');
  insert into ops.audits values ('core.sales', 'range amount', 'warn', 'warned', 3), ('core.sales', 'unique', 'warn', 'warned', 1);`

const january = `
  update ops.run set as_of = '2026-01-31', run_id = '2026-01-31-0a1b2c3d', code_fingerprint = 'c0ffee';
  insert into ops.loads values ('till', 'sales', 40, 39, 1, 0, 2, '2026-01-30', 'sales.csv'),
    ('kept', 'given_ids', 500, 500, 0, 0, 0, '2026-01-30', 'given_ids.csv');
  update summary.figures set value = 201500.5 where period = 'month' and code = 'net_sales';
  update summary.figures set value = 905 where period = 'month' and from_on = '2025-11-01' and code = 'orders';
  update summary.figures set value = value * 1.1, from_on = '2025-11-01', to_on = '2026-01-31' where period = 'quarter';
  insert into summary.figures values ('orders', 'month', null, '2025-12-01', '2025-12-31', 'count', 950);
  delete from summary.actions where action = 'drop';
  update summary.actions set prize = 60000 where action = 'win_back';
  update summary.actions set prize = 1020 where action = 'second_order';
  insert into summary.actions values ('churn', 'x', 1, 1), ('campaigns', 'rest', 70, null);
  delete from summary.actions where report = 'churn';
  update ops.models set parts_json = '{"sql": "a2", "as_of": "2026-01-31", "input raw.sales": "y"}' where name = 'core.sales';
  delete from ops.models where name = 'core.old';
  insert into identity.changes values ('2025-12-30', 'merged', 'c1', 'c2'), ('2026-01-10', 'merged', 'c3', 'c2'), ('2026-01-11', 'split', 'c2', 'c9');
  update ops.audits set status = 'passed' where test = 'unique';
  insert into ops.audits values ('core.sales', 'not_null amount', 'warn', 'warned', 5);`

/** Makes the tables say what they say on a night, and the first page of its pack, in words. */
async function firstPage(
  house: House,
  statements: string,
  asOf: string,
): Promise<(locale: string) => string> {
  const db = await openDatabase(house.warehouse)
  await db.run(statements)
  await tell(db, house.project, asOf)
  db.close()
  await report(house.ctx, house.warehouse, { formats: ['html'] })
  const read = (name: string) => readFile(join(house.project.paths.published, asOf, name), 'utf8')
  const pages = { en: await read('index.html'), 'zh-CN': await read('index.zh-CN.html') }
  return (locale) => textOf(pages[locale as 'en'].replace(/^[\s\S]*<body/, '<body')).replace(/\s+/g, ' ')
}

test('the first page tells what changed since the last pack, and of the first pack that it is', async () => {
  const house = await openHouse()
  const first = await firstPage(house, december, '2025-12-31')
  expect(first('en')).toContain('This is the first pack.')
  expect(first('zh-CN')).toContain('这是首份报告。')
  expect(first('en')).not.toContain('Since the last pack')
  // The next night finds what the one before told in the warehouse that it takes the place of.
  await privateDir(house.project.paths.var)
  await copyFile(house.warehouse, house.project.paths.warehouse)
  await keepPack(house.project)

  const next = await firstPage(house, january, '2026-01-31')
  const said = next('en')
  expect(said).toContain('Since the last pack, of 31 December 2025')
  for (const sentence of [
    'The past has changed. Net sales of November 2025: ¥200,000.00 in the last pack, ¥201,500.50 now. In all, 2 figures of closed months are told otherwise.',
    '40 rows came since the last pack, and 2 were taken back.',
    'Checks that warn now and did not in the last pack: core.sales: not_null amount.',
    'Checks that warned in the last pack and pass now: core.sales: unique.',
    'Models of other code than in the last pack: 1 changed, 0 added, 1 removed.',
    'Customers since the last pack: 1 merged with another, 1 split.',
    'Actions: 1 new, 1 gone, 1 of another prize.',
  ])
    expect(said).toContain(sentence)
  expect(said).not.toContain('first pack')
  // A prize that moved by a fiftieth is no news, nor is a month that was still open.
  expect(said).not.toContain('second order')
  expect(said).not.toContain('950')
  expect(next('zh-CN')).toContain('往期数字有变：2025年11月的净销售额，上期报告为')
})
