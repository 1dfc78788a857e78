import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from './contract.ts'
import { csvRecords, unguarded } from './csv.ts'
import { type Fault, type Place, throwFaults } from './error.ts'
import { didYouMean } from './near-miss.ts'
import { type Project, shownPath } from './project.ts'

/** A quarantined row as somebody mended it. */
export interface Correction {
  loadId: string
  /** Position in the delivery, from 1. */
  row: number
  /** By name at the source; null: nothing. Fields that are not named stay as delivered. */
  values: Map<string, string | null>
  place: Place
}

/** Columns that a list of quarantined rows has beside those of the source. */
export const positionColumns = ['_load_id', '_row', '_reason', '_text'] as const

const folder = (project: Project): string => join(project.dir, 'corrections')

/** Where the mended rows of a table are looked for. */
export const correctionsFile = (project: Project, { source, table }: Contract): string =>
  join(folder(project), `${source}.${table}.csv`)

/** Every correction of the project, by table. Throws all faults of all files at once, exit code 2. */
export async function readCorrections(
  project: Project,
  contracts: Contract[],
): Promise<Map<string, Correction[]>> {
  const names = (await readdir(folder(project)).catch(() => []))
    .filter((name) => name.endsWith('.csv'))
    .sort()
  const known = new Map(contracts.map((contract) => [`${contract.source}.${contract.table}.csv`, contract]))
  const faults: Fault[] = []
  const corrections = new Map<string, Correction[]>()
  for (const name of names) {
    const path = join(folder(project), name)
    const contract = known.get(name)
    if (contract)
      corrections.set(contract.table, parse(shownPath(path), await readFile(path, 'utf8'), faults))
    else faults.push(unknownFile(shownPath(path), name, [...known.keys()]))
  }
  throwFaults(faults, 2)
  return corrections
}

function unknownFile(file: string, name: string, known: string[]): Fault {
  const how = didYouMean(name, known) ?? 'Name it <source>.<table>.csv.'
  return { what: 'corrections of a table that no contract names', where: { file }, how }
}

function parse(file: string, text: string, faults: Fault[]): Correction[] {
  const [head, ...records] = csvRecords(text)
  const names = (head?.fields ?? []).map((name) => unguarded(name.trim()))
  const [id, row] = [names.indexOf('_load_id'), names.indexOf('_row')]
  if (id < 0 || row < 0) {
    const how = 'Begin with what `clientele quarantine <table> --csv FILE` writes.'
    faults.push({ what: 'corrections need the columns _load_id and _row', where: { file, line: 1 }, how })
    return []
  }
  const seen = new Set<string>()
  return records.flatMap(({ line, fields }) => {
    // The line itself may hold personal data: only its number is told.
    const place = { file, line }
    const [loadId = '', position = ''] = [fields[id]?.trim(), fields[row]?.trim()]
    const what = faultOf(fields.length, names.length, loadId, position, seen)
    if (what) faults.push({ what, where: place })
    return what ? [] : [{ loadId, row: Number(position), values: valuesOf(names, fields), place }]
  })
}

function faultOf(
  fields: number,
  expected: number,
  loadId: string,
  position: string,
  seen: Set<string>,
): string | undefined {
  if (fields !== expected) return `${fields} fields where the header has ${expected}`
  if (!/^\d{6}-[0-9a-f]{12}$/.test(loadId)) return '_load_id is no id of a load'
  if (!/^[1-9]\d{0,15}$/.test(position)) return '_row is no position: a whole number from 1'
  const key = `${loadId} ${position}`
  if (seen.has(key)) return `row ${position} of load ${loadId} is corrected twice`
  seen.add(key)
  return undefined
}

/** An empty field is nothing. */
function valuesOf(names: string[], fields: string[]): Map<string, string | null> {
  const own = names.map((name, i) => [name, fields[i] ?? ''] as const)
  return new Map(
    own
      .filter(([name]) => !(positionColumns as readonly string[]).includes(name))
      .map(([name, value]) => [name, value === '' ? null : unguarded(value)]),
  )
}

/** Names what is corrected, and how; nothing of it is read from the digest. */
export function correctionsHash(corrections: Correction[]): string {
  const essence = corrections.map(({ loadId, row, values }) => [loadId, row, [...values]])
  return createHash('sha256').update(JSON.stringify(essence)).digest('hex').slice(0, 16)
}
