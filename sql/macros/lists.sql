-- What a list's licence allows, and what the list costs.

-- Whether one of the words of a text with commas between is this one.
create or replace macro is_among(word, words) as
  list_contains(string_split(replace(lower(words), ' ', ''), ','), lower(word));

-- What stands against a use of a list, the first that holds; null when its licence allows it. What is not known is not
-- allowed: a list whose owner shows no proof of consent, or whose licence names no channel or purpose, may not be used.
create or replace macro licence_refusal(list, channel, purpose, day, use_number) as
  case
    when list.proof_of_consent is null then 'no_proof'
    when is_among(channel, list.channels) is not true then 'channel'
    when is_among(purpose, list.purposes) is not true then 'purpose'
    when day < list.mail_from then 'before_window'
    when day > list.expires_on then 'expired'
    when day > list.mail_until then 'after_window'
    when use_number > list.uses_allowed then 'uses'
  end;

-- What a list costs: billable names at the price of a thousand, the others at the run charge, and the selections; to the cent.
create or replace macro list_price(gross, billable, price_per_thousand, run_charge_per_thousand, selects) as
  cast(
    round(
      cast(billable as decimal(18, 4)) * price_per_thousand / 1000
      + (gross - cast(billable as decimal(18, 4))) * run_charge_per_thousand / 1000
      + selects,
      2
    ) as decimal(18, 2)
  );
