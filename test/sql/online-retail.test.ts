import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { build } from '../../pipelines/build/build.ts'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { silent } from '../../pipelines/log.ts'
import { baseDir, openProject } from '../../pipelines/project.ts'

const lines = join(baseDir, '..', 'shared', 'data', 'online_retail', 'online_retail.csv.gz')

/** The counts of the README of the data, and the collapse that every fit of these data shows. */
test.skipIf(!existsSync(lines))(
  'the UCI Online Retail lines give their published counts',
  { timeout: 240_000 },
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'clientele-retail-'))
    const db = await openDatabase(join(dir, 'building.duckdb'), { threads: 2 })
    try {
      await db.run('create schema raw')
      await db.run(sql`
      create table raw.invoice_lines as
      select
        InvoiceNo as invoice_no, StockCode as stock_code, Description as description, cast(Quantity as integer) as quantity,
        cast(InvoiceDate as timestamp) as invoiced_at, cast(UnitPrice as decimal(18, 4)) as unit_price,
        CustomerID as customer_id, Country as country, '1' as _load_id, row_number() over () as _row
      from read_csv(${sql.lit(lines)}, all_varchar = true, header = true)`)
      const project = await openProject(join(baseDir, 'data', 'online-retail'))
      const context = { project, asOf: '2011-12-09', clock: () => new Date(0), log: silent, env: {} }
      await build(context, db, { full: true, runId: '2011-12-09-00000000' })

      const classes = await db.rows(
        `select class, lines, customers, round(net_amount, 2) as amount from core.reconciliation where class in ('all', 'without_customer', 'cleaned') order by position`,
      )
      expect(classes).toEqual([
        { class: 'all', lines: 541_909, customers: 4372, amount: 9_747_747.93 },
        { class: 'without_customer', lines: 135_080, customers: 0, amount: 1_447_682.12 },
        { class: 'cleaned', lines: 397_884, customers: 4338, amount: 8_911_407.9 },
      ])
      expect(
        await db.rows('select count(*) as days, count(distinct customer_id) as buyers from core.purchases'),
      ).toEqual([{ days: 16_763, buyers: 4338 }])

      // Dropout → 0 on the calibration period: BG/NBD and MBG/NBD are NBD, and their P(alive) is not published.
      const fits = await db.rows(
        `select model, collapsed, round(log_likelihood, 2) as log_likelihood from churn.fits where basis = 'calibration' and model in ('bg_nbd', 'mbg_nbd', 'bg_cnbd_2') order by model`,
      )
      expect(fits).toEqual([
        { model: 'bg_cnbd_2', collapsed: false, log_likelihood: -21_204.8 },
        { model: 'bg_nbd', collapsed: true, log_likelihood: -21_755.35 },
        { model: 'mbg_nbd', collapsed: true, log_likelihood: -21_755.35 },
      ])
      const [choice] = await db.rows('select collapsed_models, alive_model from churn.choice')
      expect(choice).toEqual({ collapsed_models: 'bg_nbd, mbg_nbd, pareto_nbd', alive_model: 'bg_cnbd_2' })
      const [alive] = await db.rows(
        `select count(*) as one_time, count(p_alive) as published from churn.customers where is_one_time`,
      )
      expect(alive).toEqual({ one_time: 1548, published: 0 })

      // Orders and customers only, of one year: learnt from what there is, or a code that says why not.
      const [risk] = await db.rows('select reason, learner is null as is_none from churn.risk_choice')
      expect(risk).toEqual({ reason: null, is_none: false })
      expect(await db.rows('select reason from lookalikes.evidence')).toEqual([{ reason: 'no_lists' }])
      // So many articles an order that the support has to be raised: past 10,000 itemsets nobody reads them.
      const [rules] = await db.rows(
        `select max(min_orders) > 18 as is_raised, count(*) between 500 and 30000 as is_readable from baskets.found where basis = 'full'`,
      )
      expect(rules).toEqual({ is_raised: true, is_readable: true })
    } finally {
      db.close()
      await rm(dir, { recursive: true, force: true })
    }
  },
)
