import { defineModel } from '../../../../../pipelines/build/model.ts'

export default defineModel({
  description: 'Days between orders, estimated',
  grain: 'one row',
  columns: {
    gap: { type: 'DECIMAL(9,2)', description: 'Days', tests: [{ range: { min: 0 } }] },
    seen_on: { type: 'DATE' },
    currency: { type: 'VARCHAR' },
    quantile: { type: 'DOUBLE' },
    orders: { type: 'BIGINT' },
  },
  inputs: {
    days: `
      select date_diff('day', min(ordered_on), max(ordered_on)) as days, count(*) as orders
      from staging.orders
      group by person_id
      order by person_id`,
  },
  run({ inputs: { days }, params, asOf }) {
    const gaps = days
      .toArray()
      .filter((row) => row.orders > 1)
      .map((row) => row.days / (row.orders - 1))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    return {
      gap: Float64Array.of(mean),
      seen_on: [asOf],
      currency: [null],
      quantile: [params.lapse_quantile],
      orders: [BigInt(days.numRows)],
    }
  },
})
