import { stat } from 'node:fs/promises'
import type { Db } from '../../duckdb.ts'
import { throwFaults } from '../../error.ts'
import { type LandedLoad, type Manifest, standingLoads } from '../../landing.ts'
import type { StageContext } from '../../stage.ts'
import { isChecked, mayBeChecked, remember } from '../checked.ts'
import { columnFaults, sayUnknown } from '../columns.ts'
import { readControl } from '../control.ts'
import { type Delivery, readingHash } from '../delivery.ts'
import { hashFiles } from '../hash.ts'
import { land } from '../land.ts'
import type { FilesContract } from './arrivals.ts'
import { StillWritten } from './faults.ts'
import { openReadings } from './readings.ts'
import { type Unwrapped, unwrap } from './unwrap.ts'

/** Lands what a delivered file holds: itself, or the members of a zip one by one. Throws StillWritten when it changes. */
export async function extractArrival(
  ctx: StageContext,
  db: Db,
  contract: FilesContract,
  file: Unwrapped,
  work: string,
): Promise<(Manifest | null)[]> {
  const before = await stat(file.path)
  const untouched = async () => {
    const after = await stat(file.path)
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw new StillWritten(file.name)
  }
  const landed: (Manifest | null)[] = []
  for await (const one of unwrap(file, contract.origin.format, work, ctx.env)) {
    const manifest = await extractFile({ ctx, db, contract, file: one, work, untouched })
    if (manifest !== 'skipped') landed.push(manifest)
  }
  return landed
}

interface OpenFile {
  ctx: StageContext
  db: Db
  contract: FilesContract
  file: Unwrapped
  /** A hidden folder for copies. */
  work: string
  /** Throws when the delivered file has changed since it was opened. */
  untouched: () => Promise<void>
}

async function extractFile(open: OpenFile): Promise<Manifest | null | 'skipped'> {
  const { ctx, contract, file } = open
  const { size } = await stat(file.path)
  const sha256 = hashFiles([file.path])
  // It is awaited where it is needed; until then its failure is nobody's.
  sha256.catch(() => undefined)
  if (await mayHaveLanded(ctx, contract, size)) {
    if (await hasLanded(ctx, contract, await sha256)) {
      ctx.log.line(`${contract.source}.${contract.table}: ${file.name} has landed before, skipped`)
      return 'skipped'
    }
  }
  const manifest = await landFile(open, size, sha256)
  await open.untouched()
  await remember(ctx.project, contract, await sha256, size)
  return manifest
}

/** The file is read while its sha256 is taken: by then it is known that it has not landed, or land() finds it out. */
async function landFile(open: OpenFile, bytes: number, sha256: Promise<string>): Promise<Manifest | null> {
  const { ctx, db, contract, file, work, untouched } = open
  const {
    notes = [],
    notesAfter = () => [],
    encoding,
    ...readings
  } = await openReadings(db, contract, contract.origin.format, file.path, work)
  const say = (note: string) => ctx.log.line(`${contract.source}.${contract.table}: ${file.name}: ${note}`)
  notes.forEach(say)
  throwFaults(columnFaults(contract, readings.columns, file.name))
  sayUnknown(contract, readings.columns, ctx.log)
  const control = await readControl(ctx.project, contract, file.name)
  const delivery: Delivery = {
    ...readings,
    ...(control ? { control } : {}),
    contract,
    input: { name: file.name, sha256: '', bytes, ...(encoding ? { encoding } : {}) },
    contentHash: '',
    original: { path: file.path, name: file.name },
    async verify() {
      await untouched()
      delivery.contentHash = delivery.input.sha256 = await sha256
    },
  }
  const manifest = await land(ctx, db, delivery)
  notesAfter().forEach(say)
  return manifest
}

/** Whether a file of this length has been read before: most are told apart by that alone. */
async function mayHaveLanded(ctx: StageContext, contract: FilesContract, bytes: number): Promise<boolean> {
  const { source, table } = contract
  const loads = await standingLoads(ctx.project, source, table)
  return loads.some((load) => load.input?.bytes === bytes) || mayBeChecked(ctx.project, contract, bytes)
}

async function hasLanded(
  { project }: StageContext,
  contract: FilesContract,
  sha256: string,
): Promise<boolean> {
  if (await isChecked(project, contract, sha256)) return true
  const reading = readingHash(contract)
  const loads = await standingLoads(project, contract.source, contract.table)
  // A snapshot that was delivered before may come again after another one: then it is news.
  const relevant: LandedLoad[] = contract.delivery === 'append' ? loads : loads.slice(-1)
  return relevant.some((load) => load.input?.sha256 === sha256 && load.reading === reading)
}
