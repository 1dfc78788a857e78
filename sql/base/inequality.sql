/*
description: >
  Concentration in one number a base: Gini = 2 Σ rank × x / (n Σ x) − (n + 1) / n over the buyers of a year, the least first, those
  below zero as zero; and the shares of contribution that the best 1, 10 and 20 % of buyers brought, as they are.
grain: one row a snapshot and kind of customer (all among them) with buyers
columns:
  snapshot: {type: VARCHAR, description: 'this or year_before', tests: [not_null]}
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  buyers: {type: BIGINT, description: Buyers of the 365 days, tests: [not_null]}
  contribution: {type: 'DECIMAL(18,4)', description: What they brought, tests: [not_null]}
  gini: {type: DOUBLE, description: '0 all alike, towards 1 one brings all; null where nobody brings anything', tests: [{range: {min: 0, max: 1}}]}
  top_1_share: {type: DOUBLE, description: Share of the best hundredth}
  top_10_share: {type: DOUBLE, description: Share of the best tenth}
  top_20_share: {type: DOUBLE, description: Share of the best fifth}
tests:
  - unique: [snapshot, kind]
*/
select
  snapshot,
  kind,
  cast(sum(customers) as bigint) as buyers,
  money(sum(contribution)) as contribution,
  -- A customer alone is no inequality; rounding may take it a hair below zero.
  greatest(0, 2 * ratio(sum(rank_sum), sum(customers) * sum(floored)) - (sum(customers) + 1) / sum(customers)) as gini,
  max(contribution_share) filter (where hundredth = 1) as top_1_share,
  arg_max(contribution_share, hundredth) filter (where hundredth <= 10) as top_10_share,
  arg_max(contribution_share, hundredth) filter (where hundredth <= 20) as top_20_share
from base.concentration
group by snapshot, kind
order by snapshot, kind
