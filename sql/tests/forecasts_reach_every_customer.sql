/*
description: Where a kind of customer has a forecast, every buyer of it has one.
severity: error
*/
select l.customer_id, l.kind
from ltv.customers as l
join churn.choice as c on c.kind = l.kind
where c.forecast_model is not null and l.predicted_value is null
