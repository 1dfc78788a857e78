import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { landedTable, sweepLanding } from '../../pipelines/landing.ts'
import { openProject } from '../../pipelines/project.ts'
import { killedAt } from '../extract/landed.ts'
import { openIntake } from '../intake.ts'

const sources = {
  files: `
kind: files
format: {type: csv}
tables:
  members:
    path: input/members.csv
    key: [id]
    reject_limit: {share: 1}
    columns: {id: INTEGER, n: INTEGER}
  sales:
    pattern: input/sales-*.csv
    delivery: append
    columns: {id: VARCHAR, n: INTEGER}
`,
}

const nights = 6

/** What is there while data are written, and from the moment on that they count; the loads they stand for go after it. */
const moments = ['members/.bundle', 'members/bundle-000001', 'sales/.bundle', 'sales/bundle-000001']

test('killed while loads are put together, landing holds each once, and the next time ends as an undisturbed one', async () => {
  const intake = await openIntake(sources)
  for (let night = 1; night <= nights; night++) {
    const rows = Array.from({ length: 3000 }, (_, i) => `${i},${i % nights === 0 ? night : 0}`)
    await intake.write('input/members.csv', `id,n\n${rows.join('\n')}\n${night},1,1\n`)
    await intake.write(`input/sales-${night}.csv`, `id,n\n${`s${night},1\n`.repeat(3000)}`)
    await intake.extract(`2024-03-0${night}`)
  }
  await intake.load()
  const tables = ['raw.members_history', 'raw.sales', 'quarantine.members', 'ops.loads']
  const everything = () =>
    Promise.all(
      tables.map((table) =>
        intake.rows(`select count(*) as n, sum(hash(t))::varchar as content from ${table} as t`),
      ),
    )
  const whole = await everything()
  const project = await openProject(intake.dir)
  const loads = async () => {
    const landed = await Promise.all(
      ['members', 'sales'].map((table) => landedTable(project, 'files', table)),
    )
    return landed.map((table) => table.loads.map(({ loadId }) => loadId))
  }
  const before = await loads()
  const [made, saved] = [join(intake.dir, 'var/landing'), join(intake.dir, 'saved')]
  await cp(made, saved, { recursive: true })
  let struck = 0
  for (const moment of moments) {
    await rm(made, { recursive: true })
    await cp(saved, made, { recursive: true })
    const script = join(import.meta.dirname, 'compact-once.ts')
    if (await killedAt(script, intake.dir, join(made, 'files', moment))) struck += 1
    expect({ moment, loads: await loads() }).toEqual({ moment, loads: before })
    await intake.load({ full: true })
    expect({ moment, content: await everything() }).toEqual({ moment, content: whole })
    await sweepLanding(project)
    await intake.compact('2024-03-09')
    expect(await loads()).toEqual(before)
    for (const table of ['members', 'sales'])
      expect(
        (await readdir(join(made, 'files', table))).filter((name) => /^(bundle|0)/.test(name)),
      ).toHaveLength(2)
  }
  await intake.load({ full: true })
  expect(await everything()).toEqual(whole)
  expect(struck).toBeGreaterThanOrEqual(moments.length / 2)
})
