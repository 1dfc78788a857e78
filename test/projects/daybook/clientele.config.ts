import { defineConfig } from '../../../pipelines/config.ts'

/** Orders of a few shops with their lines, and models that are made interval by interval. */
export default defineConfig({
  name: 'daybook',
  title: 'Daybook',
  timeZone: 'Europe/London',
  reportingCurrency: 'GBP',
  asOf: '2024-03-31',
})
