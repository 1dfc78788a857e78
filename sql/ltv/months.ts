import { defineModel } from '../../pipelines/build/model.ts'
import { purchaseModel } from '../../pipelines/fit/candidates.ts'
import { monthlyAhead } from '../../pipelines/fit/value.ts'
import { daysPerWeek, weeksPerMonth } from '../../pipelines/fit/weeks.ts'
import { type Stretch, stretches } from '../../pipelines/stretches.ts'

interface Month {
  purchases: number
  sales: number
  margin: number
}

/** Adds what comes of the patterns, each with the sales and the margin of one purchase of all its customers. */
function add(
  sums: Month[],
  { column }: Stretch<string>,
  month: (x: number, tx: number, T: number) => Float64Array,
) {
  const [x, tx, age] = [column('x'), column('t_x'), column('age')]
  const [customers, sales, margin] = [column('customers'), column('sales'), column('margin')]
  for (let i = 0; i < x.length; i += 1) {
    const ahead = month(x[i] as number, (tx[i] as number) / daysPerWeek, (age[i] as number) / daysPerWeek)
    for (const [at, sum] of sums.entries()) {
      const expected = ahead[at] as number
      sum.purchases += (customers[i] as number) * expected
      sum.sales += (sales[i] as number) * expected
      sum.margin += (margin[i] as number) * expected
    }
  }
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
      select kind, channel, model, horizon_months, r, alpha, a, b, s, beta
      from churn.estimates
      order by kind, channel`,
    patterns: `
      select
        l.kind, e.channel, cast(h.x as double) as x, cast(h.t_x as double) as t_x, cast(h.age as double) as age,
        cast(count(*) as double) as customers,
        cast(sum(l.expected_purchase_value) as double) as sales,
        cast(sum(l.margin_per_purchase) as double) as margin
      from ltv.customers as l
      join churn.histories as h on h.basis = 'full' and h.customer_id = l.customer_id
      join churn.channels as g on g.customer_id = l.customer_id
      join churn.estimates as e on e.kind = l.kind and e.channel in ('all', g.channel)
      where l.tier <> 'left' and l.predicted_value is not null
      group by l.kind, e.channel, h.x, h.t_x, h.age
      order by l.kind, e.channel, h.x, h.age, h.t_x`,
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
    const groups = stretches(patterns, ['kind', 'channel'])
    const kinds = Map.groupBy(
      choices.toArray().map((row) => row.toJSON()),
      ({ kind }) => kind as string,
    )
    const rows = [...kinds].flatMap(([kind, channels]) => {
      const months: number = channels[0]?.horizon_months
      const sums: Month[] = Array.from({ length: months }, () => ({ purchases: 0, sales: 0, margin: 0 }))
      for (const { channel, model, horizon_months: _, kind: __, ...estimates } of channels) {
        const own = groups.find(({ keys }) => keys.kind === kind && keys.channel === channel)
        const horizon = { months, unitsPerMonth: weeksPerMonth, ratePerMonth }
        if (own) add(sums, own, monthlyAhead(purchaseModel(model), estimates, horizon))
      }
      return sums.map(({ purchases, sales, margin }, i) => {
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
