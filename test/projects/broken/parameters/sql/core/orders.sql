select
  param('lapse_quantil') as a,
  param('reporting_currency') as b,
  text_param('lapse_quantile') as c,
  param('lapse' || '_quantile') as d
from raw.orders
