-- Money in the one type every table keeps it in, rounded half away from zero to four places.
create or replace macro money(amount) as cast(amount as decimal(18, 4));

-- An amount times a rate, as money. Decimals of 18 digits are multiplied within 18 digits and overflow; wider ones take 3 µs a row
-- to round. A double is right to the fourth place up to ten thousand million, in 60 ns.
create or replace macro times(amount, factor) as cast(cast(amount as double) * cast(factor as double) as decimal(18, 4));

-- A share or a rate; unknown where there is nothing to divide by.
create or replace macro ratio(part, whole) as
  case when whole = 0 then null else cast(part as double) / cast(whole as double) end;

-- The fifth of a group that a rank falls in: 1 lowest, 5 highest. Ranks of rank(), so that equal values score equally.
create or replace macro fifth(rank_in_group, group_size) as
  cast(1 + (5 * (rank_in_group - 1)) // group_size as integer);

-- The variance of amounts from exact sums, so that it does not depend on the order of rows; unknown for fewer than two.
create or replace macro squared(amount) as cast(round(cast(amount as double) ** 2, 2) as decimal(28, 2));
create or replace macro variance_of(total, squares, n) as
  case when n > 1 then greatest(0, (cast(squares as double) - cast(total as double) ** 2 / n) / (n - 1)) end;

-- A figure from sums of doubles, to the places that do not depend on the order in which they were added.
create or replace macro settled(value) as round(value, 10);
