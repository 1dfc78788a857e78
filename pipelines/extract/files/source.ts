import { rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { FilesSource } from '../../contract.ts'
import type { Db } from '../../duckdb.ts'
import { ClienteleError, throwFaults } from '../../error.ts'
import { type Manifest, standingLoads, tableDir } from '../../landing.ts'
import { privateDir, shownPath } from '../../project.ts'
import type { StageContext } from '../../stage.ts'
import { isChecked, remember } from '../checked.ts'
import { columnFaults, sayUnknown } from '../columns.ts'
import { type Delivery, readingHash } from '../delivery.ts'
import { type Extracted, landedTable, skippedTable } from '../extracted.ts'
import { hashFiles } from '../hash.ts'
import { land } from '../land.ts'
import { locate, locateAll, missingInput } from '../locate.ts'
import { readCsv } from './csv.ts'

import { readXlsx } from './xlsx.ts'

type FilesContract = FilesSource['tables'][number]

/** A file opened for reading: its columns, and the ways to its records. */
export type Readings = Pick<Delivery, 'columns' | 'sound' | 'parted'>

/** Lands the files of a source, table by table. A file that has landed before, under whatever name, is skipped. */
export async function extractFiles(ctx: StageContext, db: Db, source: FilesSource): Promise<Extracted[]> {
  const extracted: Extracted[] = []
  for (const contract of source.tables) {
    const paths = await locateFiles(ctx, source, contract)
    const landed: (Manifest | null)[] = []
    for (const path of paths) {
      ctx.log.progress(`extract ${contract.source}.${contract.table} from ${basename(path)} …`)
      const manifest = await extractFile(ctx, db, contract, path)
      if (manifest !== 'skipped') landed.push(manifest)
    }
    const nothing = paths.length === 0 ? 'no file delivered' : 'the same files have landed before'
    extracted.push(landed.length === 0 ? skippedTable(contract, nothing) : landedTable(ctx, contract, landed))
    if (paths.length === 0) ctx.log.line(`${contract.source}.${contract.table}: ${nothing}`)
  }
  return extracted
}

async function locateFiles(
  ctx: StageContext,
  source: FilesSource,
  contract: FilesContract,
): Promise<string[]> {
  const { origin } = contract
  const one = locate(ctx, origin.path)
  const paths =
    origin.pattern !== undefined ? await locateAll(ctx, origin.pattern) : one === null ? [] : [one]
  if (paths.length === 0 && origin.required) {
    throw missingInput(
      source,
      `${contract.source}.${contract.table}`,
      [...origin.path, origin.pattern ?? []].flat(),
    )
  }
  return paths
}

async function extractFile(
  ctx: StageContext,
  db: Db,
  contract: FilesContract,
  path: string,
): Promise<Manifest | null | 'skipped'> {
  const before = await stat(path)
  const sha256 = await hashFiles([path])
  const name = basename(path)
  if (await hasLanded(ctx, contract, sha256)) {
    ctx.log.line(`${contract.source}.${contract.table}: ${name} has landed before, skipped`)
    return 'skipped'
  }
  const work = await privateDir(join(tableDir(ctx.project, contract.source, contract.table), '.work'))
  const untouched = async () => {
    const after = await stat(path)
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw stillWritten(path)
  }
  try {
    const manifest = await landFile(ctx, db, {
      contract,
      path,
      work,
      untouched,
      input: { name, sha256, bytes: before.size },
    })
    await remember(ctx.project, contract, sha256)
    return manifest
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

interface OpenFile {
  contract: FilesContract
  path: string
  /** A hidden folder for copies. */
  work: string
  input: NonNullable<Manifest['input']>
  /** Throws when the file has changed since it was opened. */
  untouched: () => Promise<void>
}

async function landFile(ctx: StageContext, db: Db, file: OpenFile): Promise<Manifest | null> {
  const { contract, path, work, input, untouched } = file
  const readings = await openReadings(contract, path, work)
  throwFaults(columnFaults(contract, readings.columns, input.name))
  sayUnknown(contract, readings.columns, ctx.log)
  return land(ctx, db, {
    ...readings,
    contract,
    input,
    contentHash: input.sha256,
    original: path,
    verify: untouched,
  })
}

function openReadings(contract: FilesContract, path: string, work: string): Promise<Readings> {
  const { format } = contract.origin
  return format.type === 'xlsx'
    ? readXlsx(contract, format, path, work)
    : readCsv(contract, format, path, work)
}

function stillWritten(path: string): ClienteleError {
  const how = 'It may still be arriving: run again when it is complete.'
  return new ClienteleError({ what: `${shownPath(path)} changed while it was read`, how })
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
  const relevant = contract.delivery === 'append' ? loads : loads.slice(-1)
  return relevant.some((load) => load.input?.sha256 === sha256 && load.reading === reading)
}
