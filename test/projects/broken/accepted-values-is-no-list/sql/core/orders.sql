/*
columns:
  currency: {tests: [{accepted_values: GBP}]}
*/
select currency from raw.orders
