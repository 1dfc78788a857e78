import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { silent } from '../../pipelines/log.ts'
import { openProject, type Project } from '../../pipelines/project.ts'
import { tell } from '../../pipelines/publish/tell.ts'
import type { StageContext } from '../../pipelines/stage.ts'
import { betweenRuns } from '../temporary.ts'

export interface House {
  project: Project
  ctx: StageContext
  warehouse: string
  /** Writes a file of the project, such as `reports/x/en.md`. */
  write(path: string, text: string): void
}

/**
 * A project of its own with a small warehouse: three months of sales of two products, one with a hostile name.
 * Only the reports that a test writes are there, beside the base's templates and index.
 */
export async function openHouse(options: { browser?: string } = {}): Promise<House> {
  const dir = mkdtempSync(join(tmpdir(), 'clientele-report-'))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  write(
    'clientele.config.ts',
    `export default ${JSON.stringify({
      name: 'house',
      title: { en: 'Tea <House>', 'zh-CN': '茶舍' },
      timeZone: 'Asia/Shanghai',
      reportingCurrency: 'CNY',
      ...options,
    })}`,
  )
  // Cut fonts are shared between tests; each would pay a second for its own.
  const cache = betweenRuns('clientele-report-cache')
  mkdirSync(cache, { recursive: true })
  mkdirSync(join(dir, 'var'))
  symlinkSync(cache, join(dir, 'var', 'cache'))
  const opened = await openProject(dir)
  // Of the base only the index of the night: its reports read models that are not here.
  const project: Project = {
    ...opened,
    layered: async (folder) =>
      (await opened.layered(folder)).filter(
        ({ key, path }) => folder !== 'reports' || path.startsWith(dir) || key.startsWith('index/'),
      ),
  }
  const warehouse = join(dir, 'warehouse.duckdb')
  const db = await openDatabase(warehouse)
  await db.run(warehouseSql)
  await tell(db, project, '2025-12-31')
  db.close()
  const clock = () => new Date('2026-01-01T05:00:00Z')
  return {
    project,
    warehouse,
    write,
    ctx: { project, asOf: '2025-12-31', clock, log: silent, env: process.env },
  }
}

const warehouseSql = `
  create schema ops;
  create schema core;
  create table ops.run as
    select '2025-12-31-0a1b2c3d' as run_id, date '2025-12-31' as as_of, 'CNY' as reporting_currency, 'c0de' as code_fingerprint;
  create table ops.loads as
    select 'till' as source, 'sales' as table_name, 10 as read, 8 as loaded, 1 as quarantined, 1 as superseded, 0 as deleted, date '2025-12-31' as valid_from, 'sales.csv' as input_name;
  create table ops.held (source varchar, table_name varchar, since date, reason varchar);
  create table ops.freshness (source varchar, table_name varchar, last_new date, is_late boolean);
  create table ops.audits as
    select 'core.sales' as model, 'not_null product' as test, 'error' as severity, 'passed' as status, 0 as failing_rows;
  create table core.sales (month date, product varchar, product_zh varchar, amount decimal(18, 4));
  insert into core.sales values
    ('2025-10-01', 'Oolong', '乌龙茶', 120000), ('2025-11-01', 'Oolong', '乌龙茶', 90000), ('2025-12-01', 'Oolong', '乌龙茶', 150000),
    ('2025-10-01', '<script>alert(1)</script> & *bold* [x](javascript:1)', null, 1000),
    ('2025-12-01', '<script>alert(1)</script> & *bold* [x](javascript:1)', null, -500.5);
`

/** A report of the fixture's sales, in both languages. */
export function writeSalesReport(
  { write }: House,
  extra: { sql?: string; en?: string; zh?: string } = {},
): void {
  write(
    'reports/sales/queries.sql',
    `-- name: findings
select 'best' as code, 1 as rank, 'good' as tone, json_object('name', product, 'amount', sum(amount)) as arguments
from core.sales group by product order by sum(amount) desc limit 1

-- name: products
select product, product_zh, sum(amount) as amount from core.sales group by all order by amount desc

-- name: months
with monthly as (select month, sum(amount) as amount from core.sales group by month)
select * from monthly order by month

-- name: total :one
select sum(amount) as amount from core.sales
${extra.sql ?? ''}`,
  )
  const page = (title: string, sentence: string, body: string) => `---
title: ${title}
question: What sells?
owner: Buyer
order: 5
findings:
  best: '${sentence}'
---

{{findings findings}}

Total *net*: {{money total.amount}}.

{{chart 'trend' data=months x='month' y='amount' unit='money' title='Sales by month'}}

{{chart 'bar' data=products x='product' y='amount' unit='money' title='Products'}}

{{#table products title='Products'}}
{{column 'product' 'Product'}}
{{column 'amount' 'Amount' as='money'}}
{{/table}}
${body}`
  write('reports/sales/en.md', page('Sales', '{{name}} sold best: {{money amount}}.', extra.en ?? ''))
  write('reports/sales/zh-CN.md', page('销售', '{{name}}最畅销：{{money amount}}。', extra.zh ?? ''))
}
