import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from '../contract.ts'
import { writeDurable } from '../durable.ts'
import { standingLoads, tableDir } from '../landing.ts'
import { type Project, privateDir } from '../project.ts'
import { readingHash } from './delivery.ts'

/**
 * Remembers that an input was read to its end: read again, against the same landing and by the same contract, it would
 * bring nothing. It only saves time: without it the input is read and found unchanged.
 */
interface Checked {
  input: string
  /** How long the input was: another length is another input. */
  bytes?: number
  reading: string
  /** The last load that stood then. */
  after: string | null
}

const fileOf = (project: Project, contract: Contract) =>
  join(tableDir(project, contract.source, contract.table), 'checked.json')

/** Whether this input (sha256) was read before and brings nothing new. */
export async function isChecked(project: Project, contract: Contract, input: string): Promise<boolean> {
  const known = await read(project, contract)
  if (known?.input !== input || known.reading !== readingHash(contract)) return false
  return known.after === (await lastLoad(project, contract))
}

/** Whether an input of this length may have been read before. */
export async function mayBeChecked(project: Project, contract: Contract, bytes: number): Promise<boolean> {
  const known = await read(project, contract)
  return known !== null && (known.bytes ?? bytes) === bytes
}

export async function remember(
  project: Project,
  contract: Contract,
  input: string,
  bytes?: number,
): Promise<void> {
  await privateDir(tableDir(project, contract.source, contract.table))
  const after = await lastLoad(project, contract)
  const now: Checked = {
    input,
    ...(bytes === undefined ? {} : { bytes }),
    reading: readingHash(contract),
    after,
  }
  await writeDurable(fileOf(project, contract), JSON.stringify(now))
}

async function read(project: Project, contract: Contract): Promise<Checked | null> {
  const text = await readFile(fileOf(project, contract), 'utf8').catch(() => null)
  return text === null ? null : JSON.parse(text)
}

async function lastLoad(project: Project, { source, table }: Contract): Promise<string | null> {
  return (await standingLoads(project, source, table)).at(-1)?.loadId ?? null
}
