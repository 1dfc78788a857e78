import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunRecord } from '../pipelines/ledger.ts'
import { report } from '../pipelines/report/report.ts'
import { copyWhole } from './copy-whole.ts'
import { openFirm, publishFirm } from './firm.ts'
import { kept } from './kept.ts'
import { openShop, runCommand, type Shop, shopIn } from './shop.ts'

/** A shop after its first night, and what the night printed. */
export interface ShopAfterNight extends Shop {
  first: RunRecord
}

const shopIsMadeOf = [
  'data/online-retail/sources',
  'data/online-retail/sql',
  'data/online-retail/clientele.config.ts',
  'test/shop.ts',
  'test/first-night.ts',
]

/** A copy of the small shop with its first night published: a copy costs nothing beside the night. */
export async function openShopAfterNight(name: string): Promise<ShopAfterNight> {
  const made = await kept('shop', shopIsMadeOf, async () => {
    const { dir } = await openShop('first')
    const { code, stdout, stderr } = await runCommand(['nightly', '--project', dir, '--json'])
    if (code !== 0) throw new Error(`the first night of the shop failed: ${stderr}`)
    await writeFile(join(dir, 'first.json'), stdout)
    return dir
  })
  const dir = await mkdtemp(join(tmpdir(), `clientele-${name}-`))
  await copyWhole(made, dir)
  const first = JSON.parse(await readFile(join(dir, 'first.json'), 'utf8')) as RunRecord
  return { ...shopIn(dir), first }
}

const firmIsMadeOf = [
  'data/demo/sources',
  'data/demo/sql',
  'data/demo/simulate',
  'data/demo/clientele.config.ts',
  'test/firm.ts',
  'test/first-night.ts',
]

/** The demonstration of 4,000 people with its warehouse and its English pages published. It is there to be read. */
export const firmAfterNight = (): Promise<string> =>
  kept('firm', firmIsMadeOf, async () => {
    const dir = await openFirm('firm', { population: 4000, locales: ['en'] })
    const ctx = await publishFirm(dir)
    await report(ctx, ctx.project.paths.warehouse, { formats: ['html'] })
    return dir
  })
