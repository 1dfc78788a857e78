import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, runCommand, type Shop, startCommand } from './shop.ts'
import { contentsOf } from './warehouse.ts'

/** Kills, spread over a whole night; the moments come from a fixed seed, the stages they hit from the machine. */
const kills = 25
/** After every so many, the next night is run to its end and compared with one that nothing disturbed. */
const followed = 6

let shop: Shop
let before: Record<string, string>
let after: Record<string, string>
let nightMs: number
const night = () => ['nightly', '--project', shop.dir, '--json']
const made = (...path: string[]) => join(shop.dir, 'var', ...path)
const saved = () => join(shop.dir, 'saved')

beforeAll(async () => {
  shop = await openShop('crash')
  await undisturbed()
  before = await contentsOf(made('warehouse.duckdb'))
  await keep()
  await shop.deliver(1)
  const start = performance.now()
  await undisturbed()
  nightMs = performance.now() - start
  after = await contentsOf(made('warehouse.duckdb'))
  expect(after).not.toEqual(before)
})
afterAll(() => rm(shop.dir, { recursive: true, force: true }))

async function undisturbed(): Promise<void> {
  const { code, stderr } = await runCommand(night())
  expect(code, stderr).toBe(0)
}

const keep = () => cp(made(), saved(), { recursive: true, verbatimSymlinks: true })

async function restore(): Promise<void> {
  await rm(made(), { recursive: true })
  await mkdir(made(), { recursive: true })
  await cp(saved(), made(), { recursive: true, verbatimSymlinks: true })
}

/** Kills a night at a share of its usual length; false when it was over before that. */
async function killedAt(fraction: number): Promise<boolean> {
  const start = performance.now()
  const { child, ended } = startCommand(night())
  const timer = setTimeout(() => killGroup(child.pid as number), nightMs * fraction)
  const { code } = await ended
  clearTimeout(timer)
  if (code === null) return true
  // The machine has become faster since the night was timed.
  nightMs = performance.now() - start
  return false
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended in this very moment.
  }
}

/** Starts from the night before each time, until the kill strikes. */
async function restoredAndKilledAt(fraction: number): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    await restore()
    if (await killedAt(fraction * 0.97)) return
  }
  throw new Error('no night lasted long enough to be killed')
}

test(`killed at ${kills} moments: readers find a whole warehouse and pack, and the next night makes good`, async () => {
  let seed = 20_260_630
  for (let kill = 0; kill < kills; kill++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    // One kill in every slice of the night, at a random place in the slice.
    await restoredAndKilledAt((kill + seed / 2 ** 31) / kills)
    const found = await contentsOf(made('warehouse.duckdb'))
    expect([before, after]).toContainEqual(found)
    const pack = await readFile(made('published', '2011-12-09', 'index.html'), 'utf8')
    expect(pack).toContain('</html>')
    if (kill % followed === 0) {
      await undisturbed()
      expect(await contentsOf(made('warehouse.duckdb'))).toEqual(after)
    }
  }
}, 600_000)
