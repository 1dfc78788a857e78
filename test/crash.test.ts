import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRuns } from '../pipelines/ledger.ts'
import { openProject } from '../pipelines/project.ts'
import { copyWhole } from './copy-whole.ts'
import { openStall, type Stall, stallNight } from './stall.ts'
import { betweenRuns } from './temporary.ts'
import { contentsOf } from './warehouse.ts'

const stages = ['extract', 'load', 'build', 'publish', 'report'] as const
type Stage = (typeof stages)[number]
/** Kills in each stage: the first as it begins, the others spread over the time it takes. */
const kills = 5

interface Published {
  warehouse: Record<string, string>
  /** Texts of the reports, which are the same whenever a night is made. */
  reports: Record<string, string>
  /** Files of the catalogue, which tells how long this run took. */
  catalogue: string[]
}

let stall: Stall
let before: Published
let after: Published
let lasts: Record<Stage, number>
const made = (...path: string[]) => join(stall.dir, 'var', ...path)
const saved = () => join(stall.dir, 'saved')

beforeAll(async () => {
  stall = await openStall()
  await nightOfItsOwn()
  before = await published()
  await copyWhole(made(), saved())
  stall.deliver(1)
  await nightOfItsOwn()
  after = await published()
  // Most characters are those of the night before, but the fonts are cut to what all pages of a night hold.
  await copyWhole(made('cache'), join(saved(), 'cache'))
  const run = (await readRuns(await openProject(stall.dir))).at(-1)
  lasts = Object.fromEntries(run?.stages.map(({ name, seconds }) => [name, seconds]) ?? []) as typeof lasts
  expect(after.warehouse).not.toEqual(before.warehouse)
  expect(after.reports).not.toEqual(before.reports)
}, 240_000)
afterAll(() => rm(stall.dir, { recursive: true, force: true }))

function startNight(): ChildProcess {
  // What Node compiles of the code is kept between the nights, as it would be by an operator who starts many.
  const env = { ...process.env, NODE_COMPILE_CACHE: betweenRuns('clientele-compiled') }
  const script = join(import.meta.dirname, 'stall-night.ts')
  return spawn(process.execPath, [script, stall.dir], { env, stdio: ['ignore', 'pipe', 'inherit'] })
}

/** A whole night in a process as those that are killed: it takes as long in each stage. */
async function nightOfItsOwn(): Promise<void> {
  const night = startNight()
  night.stdout?.resume()
  expect(await once(night, 'exit')).toEqual([0, null])
}

/** A whole night, within this process: that of a child is half a second of reading its code. */
const undisturbed = (): Promise<void> => stallNight(stall.dir, () => undefined)

/** The pack as a reader finds it, whole: every page to its end, all of one run. */
async function published(): Promise<Published> {
  const pack = made('published', '2024-03-31')
  const warehouse = await contentsOf(made('warehouse.duckdb'))
  const textsIn = async (folder: string) => {
    const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile())
    const texts = names.map(async ({ name }) => [name, await readFile(join(folder, name), 'utf8')] as const)
    return Object.fromEntries(await Promise.all(texts))
  }
  const [reports, catalogue] = [await textsIn(pack), await textsIn(join(pack, 'catalogue'))]
  const pages = [...Object.entries(reports), ...Object.entries(catalogue)].filter(([name]) =>
    /html$/.test(name),
  )
  expect(pages.filter(([, html]) => !html.trimEnd().endsWith('</html>')).map(([name]) => name)).toEqual([])
  const runs = pages.flatMap(([, html]) => /class="run">([^<]+)</.exec(html)?.[1] ?? [])
  expect(new Set(runs).size).toBe(1)
  return { warehouse, reports, catalogue: Object.keys(catalogue).sort() }
}

/** Kills a night so long after a stage began; the stage it was in, or nothing when it had ended. */
async function killedIn(stage: Stage, seconds: number): Promise<Stage | undefined> {
  const night = startNight()
  let said = ''
  let struck = false
  night.stdout?.on('data', (data) => {
    said += data
    if (struck || !said.includes(`${stage} …`)) return
    struck = true
    // Not even a timer comes between the stage and a kill at its beginning.
    if (seconds === 0) night.kill('SIGKILL')
    else void sleep(seconds * 1000).then(() => night.kill('SIGKILL'))
  })
  const [, signal] = await once(night, 'close')
  return signal === 'SIGKILL' ? stages.findLast((one) => said.includes(`${one} …`)) : undefined
}

/** Starts from the night before each time, until the kill strikes: the machine may be faster than when it was timed. */
async function restoredAndKilled(stage: Stage, seconds: number): Promise<Stage> {
  for (let after = seconds; ; after *= 0.7) {
    await rm(made(), { recursive: true })
    await copyWhole(saved(), made())
    const struck = await killedIn(stage, after)
    if (struck) return struck
  }
}

const struck: Stage[] = []

test.each(stages)(
  'killed in %s: readers find a whole warehouse and pack, and the next night makes good',
  async (stage) => {
    let seed = 20_260_630 + stages.indexOf(stage)
    for (let kill = 0; kill < kills; kill++) {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      // One kill in every slice of the stage, at a random place in the slice.
      const share = kill === 0 ? 0 : (kill + seed / 2 ** 31) / kills
      struck.push(await restoredAndKilled(stage, share * lasts[stage]))
      const found = await published()
      expect([before.warehouse, after.warehouse]).toContainEqual(found.warehouse)
      expect([before.reports, after.reports].some((one) => sameTexts(one, found.reports))).toBe(true)
      expect(found.catalogue).toEqual(before.catalogue)
    }
    await undisturbed()
    const { warehouse, reports } = await published()
    expect(warehouse).toEqual(after.warehouse)
    expect(sameTexts(reports, after.reports)).toBe(true)
  },
  240_000,
)

const sameTexts = (one: Record<string, string>, other: Record<string, string>): boolean =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort())

test('kills struck in every stage', () => {
  expect(struck).toHaveLength(stages.length * kills)
  expect(stages.filter((stage) => !struck.includes(stage))).toEqual([])
})
