import { defineModel } from '../../pipelines/build/model.ts'
import { linkageFit } from '../../pipelines/fit/linkage-table.ts'

export default defineModel(linkageFit('identity.organisation'))
