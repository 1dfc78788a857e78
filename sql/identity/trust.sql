/*
description: >
  How far each source is trusted: of two values the one from the source with the higher trust stands, whatever its
  age; among equals the later one. A project that knows its sources better writes its own.
grain: one row a source
columns:
  source: {type: VARCHAR, description: Operational source, tests: [unique, not_null]}
  trust: {type: INTEGER, description: Higher is more trusted, tests: [not_null]}
*/
select source, 1 as trust
from staging.persons
where source is not null
union
select source, 1
from staging.organisations
where source is not null
