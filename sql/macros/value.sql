-- Expected spend per purchase of a customer with x purchases of mean m under Gamma-Gamma (p, q, gamma): the posterior mean of
-- Fader and Hardie (2013), eq. 5; p over the expected rate where no finite mean exists. The same as meanSpend in pipelines/fit.
create or replace macro mean_spend(p, q, gamma, x, m) as
  p * (gamma + x * m) / case when p * x + q > 1 then p * x + q - 1 else p * x + q end;

-- What 1 a month is worth today over `months` months, paid at the end of each, at a yearly rate.
create or replace macro monthly_annuity(months, yearly_rate) as
  case
    when yearly_rate = 0 then months
    else (1 - pow(1 + yearly_rate, -months / 12.0)) / (pow(1 + yearly_rate, 1 / 12.0) - 1)
  end;

-- The contractual value of a customer who pays `margin` a year and stays from year to year with probability `retention`, at a
-- yearly rate: with the first payment today, and after it. Unknown where nobody would ever leave and nothing is discounted.
create or replace macro contract_value(margin, retention, rate) as margin * ratio(1 + rate, 1 + rate - retention);
create or replace macro contract_value_ahead(margin, retention, rate) as margin * ratio(retention, 1 + rate - retention);
