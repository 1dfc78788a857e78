/*
description: >
  The channel that won each customer, as far as purchase models may tell it apart: one with at least min_repeat_buyers repeat
  buyers of the kind in the calibration period, else other.
grain: one row a customer who has bought
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null, unique]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  channel: {type: VARCHAR, description: 'Kind of channel that won them, or other', tests: [not_null]}
*/
with
  won as (
    select h.customer_id, h.kind, c.acquisition_channel_kind as channel
    from churn.histories as h
    join core.customers as c on c.customer_id = h.customer_id
    where h.basis = 'full'
  ),
  large as (
    select w.kind, w.channel
    from won as w
    join churn.histories as h on h.basis = 'calibration' and h.customer_id = w.customer_id
    where h.x > 0
    group by w.kind, w.channel
    having count(*) >= param('min_repeat_buyers')
  )
select w.customer_id, w.kind, case when l.channel is not null then w.channel else 'other' end as channel
from won as w
left join large as l on l.kind = w.kind and l.channel = w.channel
