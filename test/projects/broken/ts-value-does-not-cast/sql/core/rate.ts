import { defineModel } from '../../../../../../pipelines/build/model.ts'

export default defineModel({
  columns: { born_on: { type: 'DATE' } },
  inputs: {},
  run: () => ({ born_on: ['1980-02-30'] }),
})
