/*
columns:
  full_name: {pii: direct}
tests:
  - freshness: {column: full_name, days: 3}
*/
select full_name from raw.people
