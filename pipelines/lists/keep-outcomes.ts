import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { keep } from '../kept.ts'
import type { Project } from '../project.ts'

/** Keeps what the warehouse made of the names on lists, without anything personal: counts stand when the names are purged. */
export const keepOutcomes = (db: Db, project: Project): Promise<void> =>
  keep(db, project, {
    file: 'list_outcomes.csv',
    told: ['lists', 'names', 'reason'],
    rows: sql`select list_name_id, list_id, prospect_id, reason, detail, customer_id, house_on, lists
      from lists.names order by list_id, list_name_id`,
  })
