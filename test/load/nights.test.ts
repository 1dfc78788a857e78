import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { type Intake, openIntake } from '../intake.ts'

interface Item {
  id: string
  n: number | null
  note: string | null
}

const item: fc.Arbitrary<Item> = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'é', '茶'),
  n: fc.option(fc.integer({ min: -2, max: 3 })),
  note: fc.option(fc.constantFrom('', 'x', 'y "z"', ' ', 'line\nbreak')),
})
/** A snapshot holds each key once; nights in between may be the same again, or empty. */
const nights = fc.array(fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 6 }), {
  minLength: 1,
  maxLength: 6,
})

const isGood = ({ n }: Item) => n === null || n >= 0
const day = (night: number) => `2024-03-${String(night + 1).padStart(2, '0')}`

async function deliver(intake: Intake, items: Item[]): Promise<void> {
  intake.sqlite(
    'input/desk.sqlite',
    'create table if not exists items (id text, n integer, note text); delete from items',
  )
  const values = items.map(({ id, n, note }) => {
    const text = note === null ? 'null' : `'${note}'`
    return `insert into items values ('${id}', ${n}, ${text})`
  })
  intake.sqlite('input/desk.sqlite', ...values)
}

const contract = {
  desk: `
kind: sqlite
path: input/desk.sqlite
tables:
  items:
    key: [id]
    reject_limit: {share: 1}
    columns: {id: VARCHAR, n: INTEGER, note: VARCHAR}
    checks: {n_not_negative: n >= 0}
`,
}

/** Versions as the truth has them: a key's good rows, each from its night to the next that speaks of the key. */
function truth(snapshots: Item[][]): { current: Item[]; versions: number; quarantined: number } {
  const standing = new Map<string, Item>()
  const delivered = new Map<string, string>()
  let [versions, quarantined] = [0, 0]
  for (const items of snapshots) {
    for (const item of items) {
      if (delivered.get(item.id) === JSON.stringify(item)) continue
      delivered.set(item.id, JSON.stringify(item))
      if (isGood(item)) {
        standing.set(item.id, item)
        versions += 1
      } else quarantined += 1
    }
    for (const id of [...delivered.keys()]) {
      if (items.some((item) => item.id === id)) continue
      delivered.delete(id)
      standing.delete(id)
    }
  }
  return { current: [...standing.values()], versions, quarantined }
}

const everything = async (intake: Intake) => ({
  history: await intake.rows('from raw.items_history order by all'),
  quarantine: await intake.rows('from quarantine.items order by all'),
  loads: await intake.rows('from ops.loads order by all'),
  inputs: await intake.rows('from ops.inputs order by all'),
})

test('nights of inserts, updates, deletions and repetitions: raw is the last snapshot, history is the truth, a full reload the same', async () => {
  const intake = await openIntake(contract)
  await fc.assert(
    fc.asyncProperty(nights, async (snapshots) => {
      await rm(join(intake.dir, 'var'), { recursive: true, force: true })
      for (const schema of ['raw', 'quarantine', 'ops'])
        await intake.db.run(sql`drop schema if exists ${sql.table(schema)} cascade`)
      for (const [night, items] of snapshots.entries()) {
        await deliver(intake, items)
        await intake.night(day(night))
      }
      const { current, versions, quarantined } = truth(snapshots)
      const rows = await intake.rows<Item & { _row: number }>('select id, n, note from raw.items')
      const byId = (a: Item, b: Item) => (a.id < b.id ? -1 : 1)
      expect(rows.sort(byId)).toEqual(current.sort(byId))
      const [counts] = await intake.rows(`select
        (select count(*) from raw.items_history) as versions, (select count(*) from quarantine.items) as quarantined,
        (select coalesce(sum(read), 0)::bigint from ops.loads) as read`)
      expect(counts).toEqual({ versions, quarantined, read: versions + quarantined })
      // On no day do two versions of a key hold.
      expect(
        await intake.rows(`select * from raw.items_history as a join raw.items_history as b
          on a.id = b.id and a._load_id < b._load_id and a._valid_from < coalesce(b._valid_to, '9999-12-31')
          and b._valid_from < coalesce(a._valid_to, '9999-12-31')`),
      ).toEqual([])
      const incremental = await everything(intake)
      await intake.load({ full: true })
      expect(await everything(intake)).toEqual(incremental)
    }),
    { numRuns: 10, seed: 20_240_301 },
  )
})
