import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, type RunRecord } from '../pipelines/ledger.ts'
import { baseDir } from '../pipelines/project.ts'
import { copyWhole } from './copy-whole.ts'
import { openShop, runCommand, type Shop, shopIn } from './shop.ts'

/** A shop after its first night, and what the night printed. */
export interface ShopAfterNight extends Shop {
  first: RunRecord
}

/**
 * A copy of the small shop with its first night published. The night is made once for each state of the code and kept
 * in the temporary folder: a copy costs nothing beside it.
 */
export async function openShopAfterNight(name: string): Promise<ShopAfterNight> {
  const kept = join(tmpdir(), 'clientele-first-nights')
  const made = join(kept, await fingerprint())
  while (!existsSync(made)) await makeNight(kept, made)
  const dir = await mkdtemp(join(tmpdir(), `clientele-${name}-`))
  await copyWhole(made, dir)
  const first = JSON.parse(await readFile(join(dir, 'first.json'), 'utf8')) as RunRecord
  return { ...shopIn(dir), first }
}

/** Makes the night, or waits a moment while another test process makes it. */
async function makeNight(kept: string, made: string): Promise<void> {
  const claim = `${made}.making`
  await mkdir(kept, { recursive: true })
  const isOurs = await writeFile(claim, String(process.pid), { flag: 'wx' }).then(
    () => true,
    () => false,
  )
  if (!isOurs) {
    const maker = Number(await readFile(claim, 'utf8').catch(() => ''))
    if (maker > 0 && !isAlive(maker)) await rm(claim, { force: true })
    await sleep(200)
    return
  }
  try {
    for (const name of await readdir(kept))
      if (!claim.endsWith(name)) await rm(join(kept, name), { recursive: true, force: true })
    const shop = await openShop('first')
    const { code, stdout, stderr } = await runCommand(['nightly', '--project', shop.dir, '--json'])
    if (code !== 0) throw new Error(`the first night of the shop failed: ${stderr}`)
    await writeFile(join(shop.dir, 'first.json'), stdout)
    await rename(shop.dir, made)
  } finally {
    await rm(claim, { force: true })
  }
}

/** Of every file that the night is made of: the code, the base's models, reports and templates, and the shop. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  const folders = [
    'pipelines',
    'sql',
    'reports',
    'templates',
    'data/online-retail/sources',
    'data/online-retail/sql',
  ]
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(baseDir, folder), { recursive: true, withFileTypes: true })
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    }),
  )
  const single = [
    'package-lock.json',
    'data/online-retail/clientele.config.ts',
    'test/shop.ts',
    'test/first-night.ts',
  ]
  const files = [...found.flat().sort(), ...single.map((name) => join(baseDir, name))]
  for (const file of files) hash.update(file).update(await readFile(file))
  return hash.digest('hex').slice(0, 24)
}
