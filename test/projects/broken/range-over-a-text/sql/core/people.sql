/*
columns:
  full_name: {pii: direct, tests: [{range: {min: 0}}]}
*/
select full_name from raw.people
