/*
description: The RFM scores of the as-of day.
grain: one row a customer with a purchase in the window
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null, unique]}
  kind: {type: VARCHAR, description: Kind of customer}
  market: {type: VARCHAR, description: Market of the customer}
  recency_days: {type: BIGINT, description: Days since the last purchase}
  frequency: {type: BIGINT, description: Purchase days in the window}
  monetary: {type: 'DECIMAL(18,4)', description: Net sales in the window}
  margin: {type: 'DECIMAL(18,4)', description: Net sales less cost of goods in the window}
  r: {type: INTEGER, description: Independent score of recency}
  f: {type: INTEGER, description: Independent score of frequency}
  m: {type: INTEGER, description: Independent score of monetary}
  nested_r: {type: INTEGER, description: Nested score of recency}
  nested_f: {type: INTEGER, description: Score of frequency within nested_r}
  nested_m: {type: INTEGER, description: Score of monetary within nested_r and nested_f}
  cell: {type: INTEGER, description: The three independent scores}
  segment: {type: VARCHAR, description: Segment of the cell}
*/
select
  customer_id, kind, market, recency_days, frequency, monetary, margin, r, f, m, nested_r, nested_f, nested_m, cell, segment
from rfm.scores
where snapshot = 'this'
