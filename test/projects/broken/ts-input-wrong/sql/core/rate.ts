import { defineModel } from '../../../../../../pipelines/build/model.ts'

export default defineModel({
  columns: { rate: { type: 'DOUBLE' } },
  inputs: {
    orders: 'select amount from raw.order',
    people: `select count(*) from raw.people
      where full_name = now(`,
  },
  run: () => ({ rate: [1] }),
})
