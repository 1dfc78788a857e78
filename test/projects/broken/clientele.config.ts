import { defineConfig } from '../../../pipelines/config.ts'

/** The configuration of every case in this folder. */
export default defineConfig({
  name: 'broken',
  title: 'Broken',
  timeZone: 'Europe/London',
  reportingCurrency: 'GBP',
  asOf: '2024-03-31',
})
