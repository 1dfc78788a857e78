import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openIntake } from '../intake.ts'
import { openPglite } from './servers.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/sources-databases.md'), 'utf8')

/** The first block of a language on the page. */
function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)
  return found?.[1] ?? ''
}

test('the contract and the query of the page bring what they say', async () => {
  const database = await openPglite()
  try {
    await database.run(
      'create schema shop',
      'create table shop.orders (order_id bigint primary key, ordered_at timestamp, amount numeric(12,2))',
      `insert into shop.orders values (1, '2024-02-29 10:00', 12.5), (2, null, 0)`,
      'create table events (at timestamptz, what text)',
      `insert into events values ('2024-02-29 10:00+00', 'opened')`,
      'create table sales (city text, amount int)',
      `insert into sales values ('Bath', 5), ('Bath', 7), ('York', 6)`,
    )
    const intake = await openIntake({ shop: block('yaml') })
    intake.env.SHOP_URL = database.url
    await intake.write('sources/shop.some.ts', block('ts'))
    await intake.night()
    const grid = async (query: string) => (await intake.db.grid(query)).rows
    expect(await grid('select order_id::varchar, amount::varchar from raw.orders order by 1')).toEqual([
      ['1', '12.50'],
      ['2', '0.00'],
    ])
    expect(await grid('select what from raw.events')).toEqual([['opened']])
    expect(await grid('select city, amount::varchar from raw.totals order by city')).toEqual([
      ['Bath', '12'],
      ['York', '6'],
    ])
    expect(await grid('select city, amount::varchar from raw.some order by city')).toEqual([
      ['Bath', '5'],
      ['York', '6'],
    ])
  } finally {
    await database.close()
  }
})
