-- Operations keeps moments in UTC: text in the customer systems, seconds since 1970 in the tills.
create or replace macro local_time(utc) as timezone(text_param('time_zone'), timezone('UTC', utc));

create or replace macro local_moment(seconds) as timezone(text_param('time_zone'), to_timestamp(seconds));

-- Operations keeps money in minor units: fen, cents, pence.
create or replace macro major_units(minor) as cast(minor * 0.01 as decimal(18, 4));
