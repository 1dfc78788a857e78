import { defineModel } from '../../../../../../pipelines/build/model.ts'

export default defineModel({
  columns: { rate: { type: 'DOUBLE' } },
  inputs: {
    orders: `
      select amuont
      from raw.orders`,
  },
  run: () => ({ rate: [1] }),
})
