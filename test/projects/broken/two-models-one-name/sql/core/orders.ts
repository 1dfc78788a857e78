import { defineModel } from '../../../../../../pipelines/build/model.ts'

export default defineModel({
  columns: { order_id: { type: 'VARCHAR' } },
  inputs: { orders: 'select order_id from raw.orders' },
  run: ({ inputs }) => inputs.orders,
})
