import { defineModel } from '../../../../../../pipelines/build/model.ts'

export default defineModel({
  columns: { rate: { type: 'DOUBLE' }, size: { type: 'BIGINT' } },
  inputs: { orders: 'select amount from raw.orders' },
  run: () => ({ rates: [1], size: [2] }),
})
