import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { personalByName } from './names.ts'

/** What a column's values say of it. */
export interface DraftColumn {
  header: string
  type: string
  notNull: boolean
  format: string[]
  /** Another format that reads every value, too: only a person can tell. */
  orFormat: string | undefined
  enum: string[]
  pii: 'direct' | 'indirect' | undefined
  rows: number
  distinct: number
}

const dates = [
  '%Y-%m-%d',
  '%d/%m/%Y',
  '%m/%d/%Y',
  '%Y/%m/%d',
  '%d.%m.%Y',
  '%d-%m-%Y',
  '%Y%m%d',
  '%d %b %Y',
  '%Y年%m月%d日',
]
const moments = dates.flatMap((date) => [`${date} %H:%M:%S`, `${date} %H:%M`, `${date}T%H:%M:%S`])

/** Values that are somebody's, whatever the column is called. */
const personalShapes = [
  String.raw`[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}`,
  String.raw`(\+?86)?1[3-9]\d{9}`,
  String.raw`\+\d[\d ()-]{7,}`,
  String.raw`\d{17}[\dXx]`,
]

/** Looks at every value of a column. `landed` is its type as it landed. */
export async function draftColumn(
  db: Db,
  from: RawBuilder<unknown>,
  header: string,
  landed: string,
): Promise<DraftColumn> {
  const text = sql`nullif(trim(cast(${sql.id(header)} as varchar)), '')`
  const values = sql`(select ${text} as v from ${from})`
  const [seen] =
    await db.rows<Seen>(sql`select count(*) as rows, count(v) as known, count(distinct v) as distinct,
      coalesce(max(length(v)), 0) as longest,
      count(*) filter (where ${fits('-?(0|[1-9][0-9]*)')}) as whole,
      count(*) filter (where ${fits('-?(0|[1-9][0-9]*)([.][0-9]+)?')}) as decimal,
      count(*) filter (where try_cast(v as integer) is not null) as small,
      count(*) filter (where try_cast(v as bigint) is not null) as large,
      coalesce(max(length(split_part(v, '.', 2))), 0) as scale,
      count(*) filter (where lower(v) in ('true', 'false', 'yes', 'no', 't', 'f')) as truth,
      count(*) filter (where ${sql.join(personalShapes.map(fits), sql` or `)}) as personal
    from ${values}`)
  const facts = seen as Seen
  const pii = personalByName(header) ?? (facts.personal * 2 > facts.known ? 'direct' : undefined)
  const typed = await typeOf(db, values, facts, landed, pii)
  const words = typed.type === 'VARCHAR' && !pii ? await enumOf(db, values, facts) : []
  const { rows, known, distinct } = facts
  return {
    header,
    orFormat: undefined,
    ...typed,
    pii,
    enum: words,
    notNull: rows > 0 && known === rows,
    rows,
    distinct,
  }
}

interface Seen {
  rows: number
  known: number
  distinct: number
  longest: number
  whole: number
  decimal: number
  small: number
  large: number
  scale: number
  truth: number
  personal: number
}

const fits = (pattern: string) => sql`coalesce(regexp_full_match(v, ${sql.lit(pattern)}), false)`

type Typing = Pick<DraftColumn, 'type' | 'format'> & { orFormat?: string | undefined }

/** The narrowest type that every value has. A number with leading zeros is a text; so is a phone number. */
async function typeOf(
  db: Db,
  values: RawBuilder<unknown>,
  seen: Seen,
  landed: string,
  pii: DraftColumn['pii'],
): Promise<Typing> {
  const { known, whole, decimal, small, large, scale, truth, longest } = seen
  const plain = (type: string): Typing => ({ type, format: [] })
  if (known === 0) return plain('VARCHAR')
  if (landed === 'BIGINT') return plain(small === known ? 'INTEGER' : 'BIGINT')
  if (landed === 'DOUBLE')
    return plain(decimal === known && scale <= 4 && longest <= 15 ? 'DECIMAL(18,4)' : 'DOUBLE')
  const dated = await datesOf(db, values, known)
  if (dated && (longest !== 8 || whole < known || pii === 'direct')) return dated
  if (pii) return plain('VARCHAR')
  if (whole === known && small === known) return dated ?? plain('INTEGER')
  if (whole === known && large === known) return plain('BIGINT')
  if (decimal === known && scale <= 4 && longest <= 15) return plain('DECIMAL(18,4)')
  if (decimal === known) return plain('DOUBLE')
  return plain(truth === known ? 'BOOLEAN' : 'VARCHAR')
}

async function datesOf(db: Db, values: RawBuilder<unknown>, known: number): Promise<Typing | null> {
  const counts = [...dates, ...moments].map(
    (format) => sql`count(*) filter (where try_strptime(v, ${sql.lit(format)}) is not null)`,
  )
  const { rows } = await db.grid(sql`select ${sql.join(counts)} from ${values}`)
  const fitting = (formats: string[], offset: number) =>
    formats.filter((_, i) => rows[0]?.[offset + i] === known)
  const [date, otherDate] = fitting(dates, 0)
  if (date !== undefined)
    return { type: 'DATE', format: date === dates[0] ? [] : [date], orFormat: otherDate }
  const [moment, otherMoment] = fitting(moments, dates.length)
  if (moment !== undefined)
    return { type: 'TIMESTAMP', format: moment === moments[0] ? [] : [moment], orFormat: otherMoment }
  return severalOf(db, values, known, rows[0] as number[])
}

/** Two formats that together read every value, as lists from two systems have. */
async function severalOf(
  db: Db,
  values: RawBuilder<unknown>,
  known: number,
  counts: number[],
): Promise<Typing | null> {
  const some = dates.filter((_, i) => (counts[i] ?? 0) > 0)
  for (const [i, first] of some.entries()) {
    for (const second of some.slice(i + 1)) {
      const both = sql.join([first, second].map((format) => sql.lit(format)))
      const [found] = await db.rows<{ n: number }>(
        sql`select count(*) as n from ${values} where try_strptime(v, [${both}]) is not null`,
      )
      if (found?.n === known) return { type: 'DATE', format: [first, second] }
    }
  }
  return null
}

/** Few words, each of them often: a code. */
async function enumOf(db: Db, values: RawBuilder<unknown>, seen: Seen): Promise<string[]> {
  const { known, distinct, longest } = seen
  if (distinct === 0 || distinct > 12 || known < 5 * distinct || longest > 30) return []
  const words = await db.rows<{ v: string }>(
    sql`select distinct v from ${values} where v is not null order by v`,
  )
  return words.map(({ v }) => v)
}
