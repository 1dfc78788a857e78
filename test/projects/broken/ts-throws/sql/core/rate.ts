import { defineModel } from '../../../../../../pipelines/build/model.ts'

export default defineModel({
  columns: { rate: { type: 'DOUBLE' } },
  inputs: { orders: 'select amount from raw.orders' },
  run({ inputs }) {
    if (inputs.orders.numRows < 100) throw new RangeError('fewer than 100 orders')
    return { rate: [1] }
  },
})
