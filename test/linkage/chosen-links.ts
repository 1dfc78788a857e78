import { sql } from 'kysely'
import type { Db } from '../../pipelines/duckdb.ts'

/** The links of a linkage at the threshold that it chose, and how many of them it says are wrong, and at most. */
export async function chosenLinks(db: Db, linkage: string) {
  const table = (suffix: string) => sql.table(`${linkage}_${suffix}`)
  const [stated] = await db.rows<{ threshold: number; wrong_share: number; wrong_share_most: number }>(
    sql`select cast(threshold as double) as threshold, wrong_share, wrong_share_most
      from ${table('thresholds')} where is_chosen`,
  )
  if (!stated) throw new Error(`${linkage} chose no threshold`)
  const links = await db.rows<{ one: string; other: string }>(sql`
    select l.record_id as one, r.record_id as other
    from ${table('scores')} as s
    join ${table('terms')} as l on l.record_no = s.left_no
    join ${table('terms')} as r on r.record_no = s.right_no
    where s.weight > ${stated.threshold}`)
  return { stated, links }
}
