-- Campaigns: was it incremental? What each campaign brought above its control, what to send again, who is sent too much, and what
-- discounts earn.

-- name: terms :one
select
  as_of() as as_of,
  as_of() - 364 as from_on,
  (select count(*) from campaigns.results) as campaigns,
  (select count(*) from campaigns.results where basis = 'incremental') as controlled,
  (select count(*) from prices.discounts) as bands,
  cast(param('contact_limit') as integer) as contact_limit,
  cast(param('silent_contacts') as integer) as silent_contacts,
  cast(param('response_days') as integer) as response_days

-- name: kpis
with
years as (
  select
    case when sent_on > as_of() - 365 then 'this' else 'prior' end as year,
    sum(pieces) as pieces,
    sum(pieces) filter (where basis = 'incremental') as controlled_pieces,
    sum(cost) as cost,
    sum(profit order by campaign_id) filter (where is_over and not is_list and medium is distinct from 'programme') as profit,
    sum(cost) filter (where is_over and not is_list and basis = 'incremental' and medium is distinct from 'programme') as profit_cost
  from campaigns.results
  where sent_on > as_of() - 730
  group by 1
),
compared as (
  select t.*, p.pieces as p_pieces, p.controlled_pieces as p_controlled, p.cost as p_cost, p.profit as p_profit, p.profit_cost as p_profit_cost
  from years as t
  left join years as p on p.year = 'prior'
  where t.year = 'this'
)
select code, unit, value, prior, good
from (
  select 1 as position, 'pieces' as code, 'count' as unit, pieces::double as value, p_pieces::double as prior, null as good from compared
  union all
  select 2, 'cost', 'money', cost, p_cost, 'down' from compared
  union all
  select 3, 'controlled', 'percent', coalesce(controlled_pieces, 0) / nullif(pieces, 0), p_controlled / nullif(p_pieces, 0), 'up' from compared
  union all
  select 4, 'profit', 'money', profit, p_profit, 'up' from compared where profit is not null
  union all
  select 5, 'roi', 'percent', profit / nullif(profit_cost, 0), p_profit / nullif(p_profit_cost, 0), 'up' from compared where profit is not null
  union all
  select 6, 'over', 'count', (select count(*) from contacts.customers where is_over_contacted), null, null from compared
)
order by position

-- name: findings
with
recent as (
  select * from campaigns.results where is_over and not is_list and sent_on > as_of() - 365
),
held as (
  select count(*) as campaigns, sum(profit order by campaign_id) as profit,
    sqrt(sum((margin_error * treated) ** 2 order by campaign_id)) as error,
    sum(incremental_buyers) as buyers, sum(attributed_orders) as credited
  from recent
  where basis = 'incremental' and medium is distinct from 'programme'
),
targets as (
  select offer_id, count(*) as customers from campaigns.next_targets group by offer_id
),
fit as (
  select a.lift as asked, o.lift as other, a.lift - o.lift as difference, sqrt(a.lift_error ** 2 + o.lift_error ** 2) as error
  from contacts.effects as a
  join contacts.effects as o on o.dimension = 'medium_asked' and o.member = 'other'
  where a.dimension = 'medium_asked' and a.member = 'asked'
),
tired as (
  select f.lift - m.lift as difference, sqrt(f.lift_error ** 2 + m.lift_error ** 2) as error, f.lift as fresh, m.lift as many
  from contacts.effects as f
  join contacts.effects as m on m.dimension = 'pieces_before' and m.member = '4'
  where f.dimension = 'pieces_before' and f.member = '0'
),
places as (
  select b.member as best, b.lift as best_lift, w.member as worst, w.lift as worst_lift, b.lift - w.lift as difference,
    sqrt(b.lift_error ** 2 + w.lift_error ** 2) as error
  from contacts.effects as b
  join contacts.effects as w on w.dimension = 'market'
  where b.dimension = 'market'
  qualify row_number() over (order by b.lift - w.lift desc, b.member, w.member) = 1
),
deep as (
  select
    sum(list_sales) filter (where year = 'this' and band = 5) / sum(list_sales) filter (where year = 'this') as share,
    sum(list_sales) filter (where year = 'prior' and band = 5) / sum(list_sales) filter (where year = 'prior') as before,
    sum(margin) filter (where year = 'this' and band = 5) / sum(net_sales) filter (where year = 'this' and band = 5) as rate,
    sum(margin) filter (where year = 'this' and band = 0) / sum(net_sales) filter (where year = 'this' and band = 0) as full_rate
  from prices.discounts
  where kind = 'person'
)
select case when profit - error > 0 then 'year_pays' when profit + error < 0 then 'year_loses' else 'year_unsure' end as code,
  1 as rank, case when profit - error > 0 then 'good' when profit + error < 0 then 'bad' end as tone,
  json_object('campaigns', campaigns, 'profit', profit, 'low', profit - error, 'high', profit + error) as arguments
from held
where campaigns > 0 and profit is not null and error is not null
union all
select 'roll_out', 2, 'good',
  json_object('name', o.name, 'lift', o.expected_lift, 'low', o.expected_lift - o.expected_error, 'high', o.expected_lift + o.expected_error,
    'break_even', o.break_even, 'customers', t.customers)
from campaigns.offers as o
left join targets as t on t.offer_id = o.offer_id
where o.verdict = 'roll_out'
union all
select case when expected_lift + expected_error < 0 then 'harms' else 'drop' end, 2, 'bad',
  json_object('name', name, 'lift', expected_lift, 'low', expected_lift - expected_error, 'high', expected_lift + expected_error,
    'break_even', break_even, 'loss', -expected_profit, 'error', profit_error)
from campaigns.offers
where verdict = 'drop'
union all
select 'overcredit', 3, null, json_object('credited', credited, 'buyers', buyers)
from held
where credited > 2 * greatest(buyers, 0) and credited >= 50
union all
select 'no_control', 3, 'bad',
  json_object('campaigns', count(*), 'pieces', sum(pieces), 'share', sum(pieces) / (select sum(pieces) from campaigns.results where sent_on > as_of() - 365),
    'orders', sum(attributed_orders))
from campaigns.results
where basis = 'attributed' and sent_on > as_of() - 365
having count(*) > 0
union all
select 'borrowed', 4, 'bad', json_object('name', name, 'window', spend_lift, 'after', after_lift, 'error', after_error)
from campaigns.results
where after_lift + after_error < 0 and is_over and not is_list and sent_on > as_of() - 730
union all
select 'fit', 4, 'good', json_object('asked', asked, 'other', other, 'difference', difference, 'low', difference - error, 'high', difference + error)
from fit
where difference > error
union all
select 'tired', 4, 'bad', json_object('fresh', fresh, 'many', many, 'difference', difference, 'low', difference - error, 'high', difference + error)
from tired
where difference > error
union all
-- The best against the worst: of the six pairs that four markets make, chance alone sets one apart by 2.64 standard errors in one case of twenty.
select 'markets_apart', 4, null,
  json_object('best', best, 'best_lift', best_lift, 'worst', worst, 'worst_lift', worst_lift, 'difference', difference, 'error', 100 * error)
from places
where difference > 2.64 / 1.96 * error
union all
select 'over', 5, 'bad', json_object('customers', count(*), 'pieces', sum(pieces_365), 'cost', sum(cost_365),
  'often', count(*) filter (where over_reason = 'too_often'), 'silent', count(*) filter (where over_reason = 'no_answer'))
from contacts.customers
where is_over_contacted
having count(*) > 0
union all
select 'deeper', 6, 'bad', json_object('share', share, 'before', before, 'change', share - before, 'rate', rate, 'full_rate', full_rate)
from deep
where share - before > 0.01 and rate < full_rate
union all
select 'below_cost', 6, 'bad', json_object('lines', sum(below_cost_lines), 'loss', sum(below_cost_loss))
from prices.discounts
where year = 'this'
having sum(below_cost_loss) > 0
union all
select 'elastic', 7, null, json_object('elasticity', -elasticity, 'error', elasticity_error, 'months', months)
from prices.elasticity
where category is null and reason is null and elasticity < 0

-- name: actions
select action, owner, customers, prize
from campaigns.actions
order by prize desc nulls last, action

-- name: offers
select name, medium, runs, expected_lift - expected_error as lift_low, expected_lift, expected_lift + expected_error as lift_high, break_even,
  expected_profit, verdict
from campaigns.offers
order by case verdict when 'roll_out' then 1 when 'retest' then 2 else 3 end, expected_profit desc

-- name: breakeven
select name, expected_lift - break_even as above, expected_lift - expected_error - break_even as low, expected_lift + expected_error - break_even as high
from campaigns.offers
where break_even > 0
order by above desc, name

-- name: campaigns
select name, sent_on, treated, control, lift - lift_error as lift_low, lift, lift + lift_error as lift_high, break_even,
  coalesce(verdict, reason) as verdict
from campaigns.results
where basis = 'incremental' and sent_on > as_of() - 550
order by sent_on desc, name

-- name: earnings
select name, treated, spend_lift, margin_lift, cost, profit_low, profit, profit_high, roi
from campaigns.results
where basis = 'incremental' and sent_on > as_of() - 550
order by sent_on desc, name

-- name: profits
select name, profit, profit_low, profit_high
from campaigns.results
where profit is not null and is_over and not is_list and medium is distinct from 'programme' and sent_on > as_of() - 550
order by profit desc

-- name: attributed
select name, sent_on, pieces, attributed_orders, coded_orders, attributed_response, break_even, attributed_margin, cost
from campaigns.results
where basis = 'attributed' and sent_on > as_of() - 365
order by sent_on desc, name

-- name: segments
select o.name, s.segment, s.expected_lift, s.treated
from campaigns.segments as s
join campaigns.offers as o on o.offer_id = s.offer_id
where s.treated >= 0.02 * o.treated
  and o.offer_id in (select offer_id from campaigns.segments group by offer_id having max(expected_lift) - min(expected_lift) > 1e-6)
order by o.name, s.position

-- name: markets
select member as market, treated, control, lift, lift - lift_error as low, lift + lift_error as high
from contacts.effects
where dimension = 'market'
order by lift desc, member

-- name: lifts
select member as segment, treated, control, lift, lift - lift_error as low, lift + lift_error as high
from contacts.effects
where dimension = 'segment'
order by rfm_position(member), member

-- name: alike
select o.name
from campaigns.segments as s
join campaigns.offers as o on o.offer_id = s.offer_id
group by o.name
having max(s.expected_lift) - min(s.expected_lift) <= 1e-6
order by o.name

-- name: targets
select o.name, t.medium, t.segment, count(*) as customers, any_value(t.expected_lift) as expected_lift, any_value(t.break_even) as break_even,
  sum(t.expected_profit) as expected_profit
from campaigns.next_targets as t
join campaigns.offers as o on o.offer_id = t.offer_id
group by o.name, t.medium, t.segment
order by sum(t.expected_profit) desc, o.name, t.segment

-- name: borrowed
select name, sent_on, spend_lift, spend_error, after_lift, after_error
from campaigns.results
where after_lift is not null and not is_list and sent_on > as_of() - 550
order by sent_on desc, name

-- name: fatigue
select case member when '4' then '4+' else member end as pieces, treated, control, response, lift - lift_error as lift_low, lift,
  lift + lift_error as lift_high
from contacts.effects
where dimension = 'pieces_before'
order by member

-- name: asked
select member, treated, control, response, lift - lift_error as lift_low, lift, lift + lift_error as lift_high
from contacts.effects
where dimension = 'medium_asked'
order by case member when 'asked' then 1 when 'other' then 2 else 3 end

-- name: media
select medium, customers, pieces_365, cost_365, returned_share, answered_share, consenting, preference
from contacts.media
order by pieces_365 desc, medium

-- name: preferences
select medium, count(*) filter (where medium_basis = 'declared') as declared, count(*) filter (where medium_basis = 'observed') as observed
from contacts.customers
where medium is not null
group by medium
order by declared + observed desc, medium

-- name: over
select over_reason, count(*) as customers, sum(pieces_365) as pieces, sum(cost_365) as cost
from contacts.customers
where is_over_contacted
group by over_reason
order by customers desc

-- name: moments
select part, weekday, sum(moments) / sum(sum(moments)) over () as share, sum(moments) as moments
from contacts.moments
group by part, weekday
order by weekday, case part when 'night' then 1 when 'morning' then 2 when 'afternoon' then 3 else 4 end

-- name: depths
select band, margin_rate
from prices.discounts
where year = 'this' and kind = 'person' and margin_rate is not null and exists (select 1 from prices.discounts where band > 0)
order by band

-- name: discounts
with persons as (
  select * from prices.discounts where kind = 'person'
),
sums as (
  select
    t.*,
    t.list_sales / sum(t.list_sales) over () as share,
    p.list_sales / sum(p.list_sales) over () as share_before
  from persons as t
  left join persons as p on p.year = 'prior' and p.band = t.band
  where t.year = 'this'
)
select s.band, s.lines, s.list_sales, s.share, s.share_before, s.discount, s.margin, s.margin_rate,
  case when s.margin > 0 then s.discount / s.margin end as needed,
  (1 - s.discount / nullif(s.list_sales, 0)) ** e.elasticity - 1 as expected
from sums as s
left join prices.elasticity as e on e.category is null and e.reason is null and s.band > 0
where exists (select 1 from prices.discounts where band > 0)
order by s.band

-- name: coupons
select coalesce(coupon_code, 'No coupon') as coupon, coalesce(coupon_code, '未用券') as coupon_zh, orders, new_customers, discount / nullif(list_sales, 0) as depth, margin, margin_an_order, won,
  case when won >= 30 then again end as again, case when won >= 30 then again_error end as again_error
from prices.coupons
where exists (select 1 from prices.coupons where coupon_code is not null)
order by orders desc, coupon

-- name: elasticities
select coalesce(e.category, 'All categories') as category, case when e.category is null then '全部品类' else i.name_zh end as category_zh, months, price_spread, elasticity, elasticity_error, coalesce(reason, 'read') as reason
from prices.elasticity as e
left join baskets.items as i on i.level = 'category' and i.item = e.category
where exists (select 1 from prices.discounts where band > 0)
order by e.category is null desc, elasticity, e.category
