import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { asOfDay, dateOf } from './calendar.ts'
import { simulate } from './simulate.ts'

export interface Demo {
  seed: number
  until: string
  population: number
}

/** The demonstration's own seed, day and size. */
export const demo: Demo = { seed: 20_260_630, until: dateOf(asOfDay), population: 20_000 }

interface Stamp {
  /** Fingerprint of the simulation's source and of what it was asked for. */
  madeBy: string
  /** Size in bytes of every file it wrote. */
  files: Record<string, number>
}

/**
 * Makes the inputs unless a complete, current set is there. The stamp goes first and comes back last: a run that was
 * killed leaves none and is made again, and so is a set that another simulation wrote.
 */
export async function prepareDemo(
  { dir, report }: { dir: string; report: (text: string) => void },
  what: Demo = demo,
): Promise<void> {
  const input = join(dir, 'input')
  const stampFile = join(input, 'made.json')
  const madeBy = fingerprint(what)
  forgetOtherWorlds(dir, madeBy)
  if (stands(input, readStamp(stampFile), madeBy)) return
  mkdirSync(input, { recursive: true, mode: 0o700 })
  rmSync(stampFile, { force: true })
  simulate({ ...what, dir: input, report })
  writeFileSync(`${stampFile}.part`, `${JSON.stringify({ madeBy, files: sizesIn(input) }, null, 2)}\n`)
  renameSync(`${stampFile}.part`, stampFile)
}

/**
 * Landing keeps all that was ever delivered. What another simulation delivered is no part of this firm's past: after
 * a change of the simulation it goes, and the next night begins anew. The published warehouse stands until then.
 */
function forgetOtherWorlds(dir: string, madeBy: string): void {
  const made = join(dir, 'var')
  const world = join(made, 'world')
  if (existsSync(world) && readFileSync(world, 'utf8') === madeBy) return
  rmSync(join(made, 'landing'), { recursive: true, force: true })
  mkdirSync(made, { recursive: true, mode: 0o700 })
  writeFileSync(`${world}.part`, madeBy)
  renameSync(`${world}.part`, world)
}

function fingerprint(what: Demo): string {
  const hash = createHash('sha256').update(JSON.stringify(what))
  const here = import.meta.dirname
  for (const name of readdirSync(here).sort()) hash.update(name).update(readFileSync(join(here, name)))
  return hash.digest('hex')
}

function readStamp(file: string): Stamp | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Stamp
  } catch {
    return null
  }
}

function stands(input: string, stamp: Stamp | null, madeBy: string): boolean {
  if (stamp?.madeBy !== madeBy) return false
  const sizes = sizesIn(input)
  return Object.entries(stamp.files).every(([name, bytes]) => sizes[name] === bytes)
}

/** Sizes of the files that models and tests read. */
function sizesIn(input: string): Record<string, number> {
  const names = readdirSync(input, { recursive: true, encoding: 'utf8' }).sort()
  return Object.fromEntries(
    names
      .filter((name) => /\.(sqlite|csv|xlsx|txt)$/.test(name))
      .map((name) => [name, statSync(join(input, name)).size]),
  )
}
