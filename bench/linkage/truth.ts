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
