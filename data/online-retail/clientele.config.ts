import { defineConfig } from '../../pipelines/config.ts'

export default defineConfig({
  name: 'online-retail',
  title: { en: 'Online Retail (UCI)', 'zh-CN': '在线零售（UCI）' },
  timeZone: 'Europe/London',
  reportingCurrency: 'GBP',
  // The last day of the data.
  asOf: '2011-12-09',
  params: {
    // Calibration ends on 2011-08-31: the rest of the data judges the purchase models.
    holdout_days: 100,
  },
})
