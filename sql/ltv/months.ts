import type { Table } from 'apache-arrow'
import { defineModel } from '../../pipelines/build/model.ts'
import { purchaseModel } from '../../pipelines/fit/candidates.ts'
import { monthlyAhead } from '../../pipelines/fit/value.ts'
import { daysPerWeek, weeksPerMonth } from '../../pipelines/fit/weeks.ts'

interface Month {
  purchases: number
  sales: number
  margin: number
}

/** Sums over the patterns of a kind, each with the sales and the margin of one purchase of all its customers. */
function monthsOf(
  patterns: Table,
  kind: string,
  month: (x: number, tx: number, T: number) => Float64Array,
  length: number,
) {
  const sums: Month[] = Array.from({ length }, () => ({ purchases: 0, sales: 0, margin: 0 }))
  const kinds = [...(patterns.getChild('kind') ?? [])]
  const column = (name: string) => patterns.getChild(name)?.toArray() ?? []
  const [x, tx, age] = [column('x'), column('t_x'), column('age')]
  const [customers, sales, margin] = [column('customers'), column('sales'), column('margin')]
  for (let i = 0; i < x.length; i += 1) {
    if (kinds[i] !== kind) continue
    const ahead = month(x[i], tx[i] / daysPerWeek, age[i] / daysPerWeek)
    for (let at = 0; at < length; at += 1) {
      const [sum, expected] = [sums[at] as Month, ahead[at] as number]
      sum.purchases += customers[i] * expected
      sum.sales += sales[i] * expected
      sum.margin += margin[i] * expected
    }
  }
  return sums
}

export default defineModel({
  description:
    'The predicted value of the base month by month: what the customers of today are expected to buy and to leave, less service, ' +
    'cost to serve and contacts, and what that is worth today. Who has left is not in it. Its sum is the predicted value of ltv.totals.',
  grain: 'one row a kind of customer with a forecast and month ahead',
  columns: {
    kind: { type: 'VARCHAR', description: 'Kind of customer', tests: ['not_null'] },
    month: { type: 'INTEGER', description: '1 is the first month after the as-of day', tests: ['not_null'] },
    purchases: { type: 'DOUBLE', description: 'Purchase days expected', tests: ['not_null'] },
    gross_sales: { type: 'DOUBLE', description: 'Gross sales expected', tests: ['not_null'] },
    margin: { type: 'DOUBLE', description: 'Margin after service and cost to serve', tests: ['not_null'] },
    contacts: { type: 'DOUBLE', description: 'Cost of contacts, going on as they are', tests: ['not_null'] },
    contribution: { type: 'DOUBLE', description: 'margin − contacts', tests: ['not_null'] },
    discount: {
      type: 'DOUBLE',
      description: 'What 1 at the end of the month is worth today',
      tests: ['not_null'],
    },
    value: { type: 'DOUBLE', description: 'contribution × discount', tests: ['not_null'] },
  },
  tests: [{ unique: ['kind', 'month'] }],
  inputs: {
    choices: `
      select c.kind, c.forecast_model as model, c.horizon_months, f.r, f.alpha, f.a, f.b, f.s, f.beta
      from churn.choice as c
      join churn.fits as f on f.basis = 'full' and f.kind = c.kind and f.model = c.forecast_model
      order by c.kind`,
    patterns: `
      select
        l.kind, cast(h.x as double) as x, cast(h.t_x as double) as t_x, cast(h.age as double) as age,
        cast(count(*) as double) as customers,
        cast(sum(l.expected_purchase_value) as double) as sales,
        cast(sum(l.margin_per_purchase) as double) as margin
      from ltv.customers as l
      join churn.histories as h on h.basis = 'full' and h.customer_id = l.customer_id
      where l.tier <> 'left' and l.predicted_value is not null
      group by l.kind, h.x, h.t_x, h.age
      order by l.kind, h.x, h.age, h.t_x`,
    contacts: `
      select kind, cast(sum(contact_cost_monthly) as double) as amount
      from ltv.customers
      where tier <> 'left'
      group by kind
      order by kind`,
  },
  run({ inputs: { choices, patterns, contacts }, params }) {
    const ratePerMonth = (1 + (params.discount_rate as number)) ** (1 / 12) - 1
    const spent = new Map(contacts.toArray().map(({ kind, amount }) => [kind, amount]))
    const rows = choices.toArray().flatMap((row) => {
      const { kind, model, horizon_months: months, ...estimates } = row.toJSON()
      const month = monthlyAhead(purchaseModel(model), estimates, {
        months,
        unitsPerMonth: weeksPerMonth,
        ratePerMonth,
      })
      return monthsOf(patterns, kind, month, months).map(({ purchases, sales, margin }, i) => {
        const cost = spent.get(kind) ?? 0
        const discount = (1 + ratePerMonth) ** -(i + 1)
        return {
          kind,
          month: i + 1,
          purchases,
          gross_sales: sales,
          margin,
          contacts: cost,
          contribution: margin - cost,
          discount,
          value: (margin - cost) * discount,
        }
      })
    })
    const names = [
      'kind',
      'month',
      'purchases',
      'gross_sales',
      'margin',
      'contacts',
      'contribution',
      'discount',
      'value',
    ] as const
    return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]))
  },
})
