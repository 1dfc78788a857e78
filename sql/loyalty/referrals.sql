/*
description: >
  Who was recommended by whom. Declared referrals between customers, the earliest of each recommended customer; one that
  would make a ring, or name the customer themselves, is left out. Generation counts the steps back to who came unrecommended.
grain: one row a recommended customer
columns:
  customer_id: {type: VARCHAR, description: Who was recommended, tests: [not_null, unique]}
  referrer_id: {type: VARCHAR, description: Who recommended, tests: [not_null]}
  root_id: {type: VARCHAR, description: First of the chain, tests: [not_null]}
  generation: {type: INTEGER, description: 1 where the referrer came unrecommended, tests: [not_null, {range: {min: 1}}]}
  declared_on: {type: DATE, description: Day it was declared}
tests:
  - expression: customer_id <> referrer_id
*/
with recursive
  declared as (
    select
      t.customer_id,
      min({'declared_on': coalesce(r.declared_on, date '9999-12-31'), 'relation_id': r.relation_id, 'referrer_id': f.customer_id}) as first
    from staging.relations as r
    join identity.clusters as f on f.record_kind = r.from_kind and f.record_id = r.from_id
    join identity.clusters as t on t.record_kind = r.to_kind and t.record_id = r.to_id
    where r.kind = 'referral' and f.customer_id <> t.customer_id and coalesce(r.declared_on, as_of()) <= as_of()
    group by t.customer_id
  ),
  ties as (
    select customer_id, first.referrer_id as referrer_id, nullif(first.declared_on, date '9999-12-31') as declared_on
    from declared
  ),
  -- From who came unrecommended down: a ring has no such beginning and is never reached.
  chains as (
    select t.customer_id, t.referrer_id, t.referrer_id as root_id, 1 as generation, t.declared_on
    from ties as t
    anti join ties as u on u.customer_id = t.referrer_id
    union all
    select t.customer_id, t.referrer_id, c.root_id, c.generation + 1, t.declared_on
    from ties as t
    join chains as c on c.customer_id = t.referrer_id
  )
select customer_id, referrer_id, root_id, generation, declared_on
from chains
