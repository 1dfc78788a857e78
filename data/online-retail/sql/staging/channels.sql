/*
description: The one channel of an online wholesaler of gifts.
columns:
  opened_on: {description: 'Null: the data begin on 2010-12-01, the firm does not'}
*/
select
  'online' as channel_id,
  'Online shop' as name,
  '网店' as name_zh,
  'online' as kind,
  cast(null as date) as opened_on
