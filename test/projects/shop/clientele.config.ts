import { defineConfig } from '../../../pipelines/config.ts'

/** Four orders of two people: small enough to know every row by heart. */
export default defineConfig({
  name: 'shop',
  title: 'Shop',
  timeZone: 'Europe/London',
  reportingCurrency: 'GBP',
  asOf: '2024-03-31',
  params: { lapse_quantile: 0.5, new_customer_days: 60 },
})
