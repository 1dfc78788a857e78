import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openShopAfterNight } from '../first-night.ts'
import { commandHere } from '../in-process.ts'
import { type Started, startCommand } from '../shop.ts'

/** Waits until a command has printed a text. */
const printed = ({ child }: Started, text: string): Promise<void> =>
  new Promise((resolve) => {
    let all = ''
    child.stdout?.on('data', (data) => {
      all += data
      if (all.includes(text)) resolve()
    })
  })

test('show, diff and dev from the command line, while another dev goes on', async () => {
  const shop = await openShopAfterNight('dev')
  onTestFinished(() => rm(shop.dir, { recursive: true, force: true }))
  const run = (...args: string[]) => commandHere(...args, '--project', shop.dir)

  const shown = await run('show', 'core.customers', '--limit', '1', '--json')
  expect(JSON.parse(shown.stdout)).toMatchObject({ table: 'core.customers', masked: [] })
  expect(await run('show', 'core.customers', '--limit', 'few')).toMatchObject({ code: 2 })

  await mkdir(join(shop.dir, 'sql/rfm'), { recursive: true })
  const mine = join(shop.dir, 'sql/rfm/loyal.sql')
  await writeFile(mine, 'select customer_id, net_sales from core.customers where purchases > 3')
  const once = await run('dev', '--once', '--json')
  expect(once).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(once.stdout)).toMatchObject({ built: ['rfm.loyal'], faults: [], waiting: [] })
  expect((await run('diff', '--dev')).stdout).toContain('1 new table: rfm.loyal')
  await writeFile(mine, 'select customer, net_sales from core.customers')
  const wrong = await run('dev', '--once')
  expect(wrong.code).toBe(1)
  expect(wrong.stdout).toContain('sql/rfm/loyal.sql:1:8')

  const going = startCommand(['dev', '--project', shop.dir])
  await printed(going, '1 fault; ')
  const refused = await run('dev', '--once')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('is in use by another clientele dev')
  expect((await run('dev', '--once', '--user', 'lin')).stdout).toContain('1 fault; ')
  const saved = printed(going, '1 model made')
  await writeFile(mine, 'select customer_id, net_sales from core.customers')
  await saved
  // Publishing does not wait for the session that reads what was published.
  expect((await run('build', '--publish')).code).toBe(0)
  going.child.kill('SIGINT')
  expect(await going.ended).toMatchObject({ code: 0, stderr: '' })
}, 240_000)
