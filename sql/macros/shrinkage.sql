-- Small members drawn towards the mean (empirical Bayes): a member's value y with the variance v of its own chance.

-- Sum of squared distances of amounts from their mean. From exact sums: doubles add up to another last digit in another order,
-- and two builds must be equal. An aggregate.
create or replace macro squares_about_mean(amount) as
  cast(sum(cast(pow(cast(amount as double), 2) as decimal(38, 4))) as double) - pow(cast(sum(amount) as double), 2) / count(amount);

-- Variance between members beyond chance, by the method of moments (DerSimonian and Laird 1986, eq. 8); an aggregate over
-- members. 0 where chance alone explains how they differ.
create or replace macro between_variance(y, v) as
  case
    -- Of one member nothing is left but the last digits of sums that cancel out.
    when count(y / v) < 2 then 0.0
    else coalesce(
      greatest(
        0,
        (sum(y * y / v) - pow(sum(y / v), 2) / sum(1 / v) - (count(y / v) - 1))
        / nullif(sum(1 / v) - sum(1 / (v * v)) / sum(1 / v), 0)
      ),
      0
    )
  end;

-- The mean that members are drawn towards, and its variance: weights are 1 ÷ (own chance + variance between). Aggregates.
create or replace macro pooled_mean(y, v, tau2) as sum(y / (v + tau2)) / sum(1 / (v + tau2));
create or replace macro pooled_variance(v, tau2) as 1 / sum(1 / (v + tau2));

-- A member's value drawn towards the mean by the share of its variance that is chance, and its standard error, the mean's included.
-- Rounded, for the same reason.
create or replace macro shrunk(y, v, mean, tau2) as round(mean + tau2 / (tau2 + v) * (y - mean), 9);
create or replace macro shrunk_error(v, tau2, mean_variance) as
  round(sqrt(tau2 * v / (tau2 + v) + pow(v / (tau2 + v), 2) * mean_variance), 9);

-- Where an interval lies against a mark: above, below, or within (chance explains the distance); null without an interval.
create or replace macro standing(value, error, mark) as
  case
    when value - 1.96 * error > mark then 'above'
    when value + 1.96 * error < mark then 'below'
    when value is not null and error is not null then 'within'
  end;

-- Ends of the 95 % interval of a share k ÷ n (Wilson 1927): never outside 0 to 1, and right for few.
create or replace macro wilson_low(k, n) as
  case when n > 0 then (k + 1.9208 - 1.96 * sqrt(k * (n - k) / n + 0.9604)) / (n + 3.8416) end;
create or replace macro wilson_high(k, n) as
  case when n > 0 then (k + 1.9208 + 1.96 * sqrt(k * (n - k) / n + 0.9604)) / (n + 3.8416) end;
