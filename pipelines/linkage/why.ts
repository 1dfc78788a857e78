import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import { type Db, openDatabase } from '../duckdb.ts'
import { ClienteleError, usageError } from '../error.ts'
import { printTable } from '../print.ts'
import type { Project } from '../project.ts'

/** What one comparison adds to the weight of a pair, given those before it. */
export interface Reason {
  comparison: string
  finding: string
  /** Bits: one more doubles the odds. */
  weight: number
  weightSoFar: number
  left: string | null
  right: string | null
}

/** Why two records are, or are not, one customer. */
export interface Why {
  kind: 'person' | 'organisation'
  left: string
  right: string
  customers: [left: string, right: string]
  isJoined: boolean
  /** By hand: same or different. */
  decision: string | null
  /** Together (1) or apart (−1) before tonight, 0 where one is new or has changed. */
  held: number
  weight: number | null
  threshold: number | null
  /** Empty when no blocking rule brought the two together. */
  reasons: Reason[]
  isMasked: boolean
}

interface Found {
  record_kind: 'person' | 'organisation'
  record_id: string
  customer_id: string
}

export interface WhyOptions {
  /** Show what was compared. */
  personal: boolean
}

/**
 * The waterfall of weights of two records, or of the most alike records of two customers, out of the published
 * warehouse. Throws when a name is neither a record nor a customer, or when one is a person and the other a firm.
 */
export async function why(project: Project, one: string, other: string, options: WhyOptions): Promise<Why> {
  const { warehouse } = project.paths
  if (!existsSync(warehouse)) {
    throw new ClienteleError({
      what: `nothing is published for ${project.config.name}`,
      how: 'Run clientele nightly first.',
    })
  }
  const db = await openDatabase(warehouse, { readOnly: true })
  try {
    const [left, right] = [await recordsOf(db, one), await recordsOf(db, other)]
    const kind = left[0]?.record_kind as Found['record_kind']
    if (kind !== right[0]?.record_kind)
      throw usageError({ what: `${one} is of a ${kind}, ${other} of a ${right[0]?.record_kind}` })
    return await explained(db, kind, left, right, options)
  } finally {
    db.close()
  }
}

async function recordsOf(db: Db, name: string): Promise<Found[]> {
  const found = await db.rows<Found>(
    sql`select record_kind, record_id, customer_id from identity.clusters
      where record_id = ${sql.lit(name)} or customer_id = ${sql.lit(name)}
      order by record_id = ${sql.lit(name)} desc, record_id`,
  )
  if (found.length === 0) throw usageError({ what: `${name} is neither a record nor a customer` })
  return found[0]?.record_id === name ? found.slice(0, 1) : found
}

async function explained(
  db: Db,
  kind: Why['kind'],
  left: Found[],
  right: Found[],
  { personal }: WhyOptions,
): Promise<Why> {
  const table = (suffix: string) => sql.table(`identity.${kind}_${suffix}`)
  const ids = (found: Found[]) => sql.join(found.map(({ record_id }) => sql.lit(record_id)))
  const [pair] = await db.rows<{
    left_id: string
    right_id: string
    weight: number
    decision: string | null
    held: number
  }>(
    sql`select l.record_id as left_id, r.record_id as right_id, cast(w.weight as double) as weight, w.decision, w.held
      from ${table('weights')} as w
      join ${table('terms')} as l on l.record_no = w.left_no
      join ${table('terms')} as r on r.record_no = w.right_no
      where (l.record_id in (${ids(left)}) and r.record_id in (${ids(right)}))
        or (l.record_id in (${ids(right)}) and r.record_id in (${ids(left)}))
      order by w.weight desc, left_id, right_id limit 1`,
  )
  const [one, other] = pair
    ? [pair.left_id, pair.right_id]
    : [(left[0] as Found).record_id, (right[0] as Found).record_id]
  const customer = (id: string) =>
    ([...left, ...right].find(({ record_id }) => record_id === id) as Found).customer_id
  const [chosen] = await db.rows<{ threshold: number }>(
    sql`select cast(threshold as double) as threshold from ${table('thresholds')} where is_chosen`,
  )
  return {
    kind,
    left: one,
    right: other,
    customers: [customer(one), customer(other)],
    isJoined: customer(one) === customer(other),
    decision: pair?.decision ?? null,
    held: pair?.held ?? 0,
    weight: pair?.weight ?? null,
    threshold: chosen?.threshold ?? null,
    reasons: pair ? await reasonsOf(db, kind, one, other, personal) : [],
    isMasked: !personal,
  }
}

async function reasonsOf(
  db: Db,
  kind: string,
  left: string,
  right: string,
  personal: boolean,
): Promise<Reason[]> {
  const rows = await db.rows<{ comparison: string; finding: string; weight: number; so_far: number }>(
    sql`select comparison, finding, cast(weight as double) as weight, cast(weight_so_far as double) as so_far
      from ${sql.table(`identity.${kind}_reasons`)}
      where left_id = ${sql.lit(left)} and right_id = ${sql.lit(right)} order by position`,
  )
  const compared = rows.map(({ comparison }) => comparison).filter((name) => name !== 'pair')
  const values = compared.map((name) => sql`cast(${sql.id(name)} as varchar) as ${sql.id(name)}`)
  const terms = await db.rows<Record<string, string | null>>(
    sql`select record_id, ${sql.join(values)} from ${sql.table(`identity.${kind}_terms`)}
      where record_id in (${sql.lit(left)}, ${sql.lit(right)})`,
  )
  const shown = (id: string, comparison: string): string | null => {
    const value = terms.find(({ record_id }) => record_id === id)?.[comparison] ?? null
    return personal || value === null ? value : `<${value.length} characters>`
  }
  return rows.map(({ comparison, finding, weight, so_far }) => ({
    comparison,
    finding,
    weight: bits(weight),
    weightSoFar: bits(so_far),
    left: shown(left, comparison),
    right: shown(right, comparison),
  }))
}

const bits = (weight: number): number => Math.round(weight * 100) / 100

/** The waterfall as a table, and what came of it. */
export function printWhy(found: Why): string {
  const { left, right, customers, reasons, weight, threshold, decision, held, isJoined, isMasked } = found
  const end = isJoined
    ? `One customer: ${customers[0]}.`
    : `Two customers: ${left} is of ${customers[0]}, ${right} of ${customers[1]}.`
  if (reasons.length === 0) {
    const how = isJoined ? 'They are joined through other records.' : ''
    return [`No blocking rule brings ${left} and ${right} together.`, end, how].filter(Boolean).join('\n')
  }
  const table = printTable(
    ['comparison', left, right, 'finding', 'bits', 'so far'],
    reasons.map((one) => [
      one.comparison,
      one.left ?? '',
      one.right ?? '',
      one.finding,
      one.weight.toFixed(2),
      one.weightSoFar.toFixed(2),
    ]),
    [false, false, false, false, true, true],
  )
  const chance = (100 / (1 + 2 ** -(weight as number))).toPrecision(4)
  const said = [
    `Weight ${weight?.toFixed(2)} bits: a chance of ${chance} % before other records are asked; records are joined above ${threshold}.`,
  ]
  if (held !== 0)
    said.push(`They were ${held > 0 ? 'one' : 'two'} before, and have not changed: that is held to.`)
  if (decision) said.push(`Decided by hand: ${decision}.`)
  said.push(end)
  if (isMasked) said.push('Values are masked. --personal shows them.')
  return `${table}\n\n${said.join('\n')}`
}
