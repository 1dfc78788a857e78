import { sql } from 'kysely'
import type { Db } from '../../pipelines/duckdb.ts'

/** How well pairs were found, every true pair counted: those that blocking missed are missed. */
export interface Score {
  f1: number
  precision: number
  recall: number
}

/** Scores the clusters of a linkage against the column `truth` of its records. */
export async function scoreClusters(db: Db, name: string): Promise<Score> {
  const [row] = await db.rows<{ found: number; wanted: number; right: number }>(sql`
    with
      known as (
        select c.cluster_no, r.truth
        from ${sql.table(`${name}_clusters`)} as c
        join ${sql.table(`${name}_records`)} as r on r.record_id = c.record_id
      ),
      found as (select sum(n * (n - 1) / 2) as n from (select count(*) as n from known group by cluster_no)),
      wanted as (select sum(n * (n - 1) / 2) as n from (select count(*) as n from known group by truth)),
      agreed as (select sum(n * (n - 1) / 2) as n from (select count(*) as n from known group by cluster_no, truth))
    select found.n as found, wanted.n as wanted, agreed.n as "right" from found, wanted, agreed`)
  const { found, wanted, right } = row as { found: number; wanted: number; right: number }
  return { f1: (2 * right) / (found + wanted), precision: right / found, recall: right / wanted }
}

export interface PairScore {
  /** Share of true pairs that blocking brings together. */
  blocked: number
  /** Best over all thresholds on single pairs, before clusters lend each other evidence. */
  bestF1: number
  /** At an even chance. */
  evenF1: number
}

/** Scores single pairs by their own weight. */
export async function scorePairs(db: Db, name: string): Promise<PairScore> {
  const [row] = await db.rows<PairScore>(sql`
    with
      known as (
        select t.record_no, r.truth
        from ${sql.table(`${name}_terms`)} as t
        join ${sql.table(`${name}_records`)} as r on r.record_id = t.record_id
      ),
      wanted as (select sum(n * (n - 1) / 2) as n from (select count(*) as n from known group by truth)),
      blocked as (
        select count(*) as n
        from ${sql.table(`${name}_pairs`)} as p
        join known as l on l.record_no = p.left_no
        join known as r on r.record_no = p.right_no and r.truth = l.truth
      ),
      judged as (
        select s.weight, (l.truth = r.truth)::integer as is_right
        from ${sql.table(`${name}_scores`)} as s
        join known as l on l.record_no = s.left_no
        join known as r on r.record_no = s.right_no
      ),
      running as (
        select weight, sum(is_right) over higher as "right", count(*) over higher as found
        from judged
        window higher as (order by weight desc)
      ),
      scored as (select weight, 2 * "right" / (found + wanted.n) as f1 from running, wanted)
    select
      (select n from blocked) / (select n from wanted) as blocked,
      (select max(f1) from scored) as bestF1,
      (select arg_min(f1, weight) from scored where weight > 0) as evenF1`)
  return row as PairScore
}

export interface ThresholdScore {
  threshold: number
  precision: number
  recall: number
}

/** Single pairs at every second bit. */
export async function scoreThresholds(db: Db, name: string): Promise<ThresholdScore[]> {
  return db.rows<ThresholdScore>(sql`
    with
      known as (
        select t.record_no, r.truth
        from ${sql.table(`${name}_terms`)} as t
        join ${sql.table(`${name}_records`)} as r on r.record_id = t.record_id
      ),
      wanted as (select sum(n * (n - 1) / 2) as n from (select count(*) as n from known group by truth)),
      judged as (
        select s.weight, l.truth = r.truth as is_right
        from ${sql.table(`${name}_scores`)} as s
        join known as l on l.record_no = s.left_no
        join known as r on r.record_no = s.right_no
      ),
      steps as (select unnest(range(0, 21, 2)) as threshold)
    select
      cast(threshold as double) as threshold,
      round(count_if(is_right) / count(*), 4) as precision,
      round(count_if(is_right) / any_value(wanted.n), 4) as recall
    from steps
    join judged on judged.weight > steps.threshold
    cross join wanted
    group by threshold
    order by threshold`)
}

export interface RuleScore {
  rule: string
  pairs: number
  /** True pairs that it brings. */
  right: number
  /** True pairs that no other rule brings. */
  onlyHere: number
}

/** What each blocking rule brings of the pairs compared. */
export async function scoreRules(db: Db, name: string): Promise<RuleScore[]> {
  return db.rows<RuleScore>(sql`
    with
      known as (
        select t.record_no, r.truth
        from ${sql.table(`${name}_terms`)} as t
        join ${sql.table(`${name}_records`)} as r on r.record_id = t.record_id
      ),
      brought as (
        select l.rule, l.record_no as left_no, r.record_no as right_no
        from ${sql.table(`${name}_keys`)} as l
        join ${sql.table(`${name}_keys`)} as r on r.rule = l.rule and r.key = l.key and r.record_no > l.record_no
        join known as a on a.record_no = l.record_no
        join known as b on b.record_no = r.record_no and b.truth = a.truth
        semi join ${sql.table(`${name}_pairs`)} as p on p.left_no = l.record_no and p.right_no = r.record_no
      ),
      counted as (select *, count(*) over (partition by left_no, right_no) as rules from brought)
    select b.label as rule, b.pairs, count(c.rule) as "right", count_if(c.rules = 1) as onlyHere
    from ${sql.table(`${name}_blocks`)} as b
    left join counted as c on c.rule = b.rule
    group by b.rule, b.label, b.pairs
    order by b.rule`)
}
