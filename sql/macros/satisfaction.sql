-- The group of an answer from 0 to 10, after Reichheld (2003).
create or replace macro nps_group(score) as
  case when score >= 9 then 'promoter' when score >= 7 then 'passive' when score is not null then 'detractor' end;

-- Share of promoters less share of detractors, and its standard error (variance of a variable that is 1, 0 or −1).
create or replace macro nps(promoters, detractors, n) as ratio(promoters - detractors, n);
create or replace macro nps_error(promoters, detractors, n) as
  case when n > 0 then sqrt(((promoters + detractors) / n - pow((promoters - detractors) / n, 2)) / n) end;
