import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { keep } from '../kept.ts'
import type { Project } from '../project.ts'

/** Keeps the ids that the warehouse gives its customers: what was given before is given again. */
export const keepIds = (db: Db, project: Project): Promise<void> =>
  keep(db, project, {
    file: 'given_ids.csv',
    told: ['identity', 'clusters', 'given_on'],
    rows: sql`select record_kind, record_id, customer_id, given_on from identity.clusters order by record_kind, record_id`,
  })
