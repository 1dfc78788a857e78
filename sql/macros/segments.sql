-- The segment of an RFM cell. First rule that holds wins, so each of the 125 cells is in exactly one.
-- Recency decides who is with us, frequency and monetary together (2 to 10) how much they matter.
create or replace macro rfm_segment(r, f, m) as
  case
    when r >= 4 and f + m >= 8 then 'Champions'
    when r = 5 and f = 1 then 'New'
    when r = 4 and f = 1 then 'Promising'
    when (r >= 4 and f + m >= 6) or (r = 3 and f + m >= 8) then 'Loyal'
    when r >= 4 then 'Potential Loyalist'
    when r = 3 and f + m >= 4 then 'Need Attention'
    when r = 3 or (r = 2 and f + m in (4, 5)) then 'About to Sleep'
    when f + m >= 9 then 'Cannot Lose Them'
    when f + m >= 6 then 'At Risk'
    when r = 2 or f + m >= 4 then 'Hibernating'
    else 'Lost'
  end;

-- The order segments are listed in, best first; 12 is outside: no purchase in the window; 13 a prospect, who has not bought at all.
create or replace macro rfm_position(segment) as
  case segment
    when 'Champions' then 1
    when 'Loyal' then 2
    when 'Potential Loyalist' then 3
    when 'New' then 4
    when 'Promising' then 5
    when 'Need Attention' then 6
    when 'About to Sleep' then 7
    when 'At Risk' then 8
    when 'Cannot Lose Them' then 9
    when 'Hibernating' then 10
    when 'Lost' then 11
    when 'Prospect' then 13
    else 12
  end;
