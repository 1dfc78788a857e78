/*
kind: incremental
incremental:
  time: ordered
  interval: fortnight
  key: []
  inputs: {}
  lookback: -1
  look_back: 1
columns: {ordered_on: {type: DATE}, orders: {type: BIGINT}}
*/
select ordered_on, count(*) as orders from raw.orders group by all
