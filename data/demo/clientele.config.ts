import { defineConfig } from '../../pipelines/config.ts'
import { demo, prepareDemo } from './simulate/prepare.ts'

/** A tea-and-homeware house that sells in mainland China, Hong Kong and Great Britain. Nobody in it exists. */
export default defineConfig({
  name: 'demo',
  title: { en: 'Harbour & Leaf', 'zh-CN': '港叶茶居' },
  timeZone: 'Asia/Shanghai',
  reportingCurrency: 'CNY',
  asOf: demo.until,
  prepare: (to) => prepareDemo(to),
})
