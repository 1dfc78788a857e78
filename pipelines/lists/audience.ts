import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import { openDatabase } from '../duckdb.ts'
import { ClienteleError, usageError } from '../error.ts'
import type { Project } from '../project.ts'

/** A use of a list that is being thought of. */
export interface Use {
  list: string
  channel: string
  purpose: string
  /** Day of the contacts, YYYY-MM-DD. */
  on: string
}

/** How many names of a list may be contacted, and how many not, by reason. */
export interface Audience extends Use {
  names: number
  refused: Record<string, number>
}

const reasons: Record<string, string> = {
  no_proof: 'its owner shows no proof of consent',
  channel: 'its licence does not name the channel',
  purpose: 'its licence does not name the purpose',
  before_window: 'the day is before the mail window',
  after_window: 'the day is after the mail window',
  expired: 'its licence has ended by then',
  uses: 'its names have been used as often as the licence allows',
}

/**
 * Asks before a use: the licence on the day of the contacts, and every name as the published warehouse knows it.
 * Throws, with the reason, when the licence refuses it or no name is left.
 */
export async function audience(project: Project, use: Use): Promise<Audience> {
  const { warehouse } = project.paths
  if (!existsSync(warehouse))
    throw new ClienteleError({
      what: `nothing is published for ${project.config.name}`,
      how: 'Run clientele nightly first.',
    })
  const db = await openDatabase(warehouse, { readOnly: true })
  try {
    const lists = await db.rows<{ list_id: string }>('select list_id from lists.licences order by list_id')
    if (!lists.some(({ list_id }) => list_id === use.list))
      throw usageError({
        what: `there is no list ${use.list}`,
        how: `The lists are ${lists.map(({ list_id }) => list_id).join(', ') || 'none'}.`,
      })
    const rows = await db.rows<{ licence: string | null; refusal: string | null; names: number }>(asked(use))
    return judged(use, rows)
  } finally {
    db.close()
  }
}

/** A channel or purpose that the licence does not name has no row in lists.audience: one row for the list says so. */
const asked = ({ list, channel, purpose, on }: Use) => sql<{
  licence: string | null
  refusal: string | null
  names: number
}>`
  with asked as (
    select
      a.list_name_id,
      a.name_refusal,
      licence_refusal(l, ${channel}, ${purpose}, cast(${on} as date), coalesce(a.times_used, 0) + 1) as licence
    from lists.licences as l
    left join lists.audience as a
      on a.list_id = l.list_id and a.channel = lower(${channel}) and a.purpose = lower(${purpose})
    where l.list_id = ${list}
  )
  select licence, coalesce(licence, name_refusal) as refusal, count(list_name_id) as names
  from asked
  group by all
  order by names desc, refusal`

function judged(
  use: Use,
  rows: { licence: string | null; refusal: string | null; names: number }[],
): Audience {
  const names = rows.find(({ refusal }) => refusal === null)?.names ?? 0
  const refused = Object.fromEntries(
    rows.flatMap(({ refusal, names: count }) => (refusal === null ? [] : [[refusal, count]])),
  )
  if (names > 0) return { ...use, names, refused }
  const { list, channel, purpose, on } = use
  const licence = rows.find((row) => row.licence !== null)?.licence
  throw new ClienteleError({
    what: `${list} may not be used by ${channel} for ${purpose} on ${on}: ${reasons[licence ?? ''] ?? 'no name is left'}`,
    ...(licence ? { how: 'Ask the owner for another licence, or leave the list alone.' } : {}),
  })
}

export function printAudience({ list, channel, purpose, on, names, refused }: Audience): string {
  const count = (value: number) => value.toLocaleString('en-GB')
  const left = Object.entries(refused).map(
    ([reason, value]) => `${count(value)} ${reason.replaceAll('_', ' ')}`,
  )
  const said = `${list}: ${count(names)} names may be contacted by ${channel} for ${purpose} on ${on}`
  return left.length > 0 ? `${said}\n  refused: ${left.join(', ')}` : said
}
