import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Intake, openIntake } from '../intake.ts'
import { openProxy } from './proxy.ts'
import {
  mysqlUrl,
  openMysqlDatabase,
  openPostgresDatabase,
  postgresUrl,
  type TestDatabase,
} from './servers.ts'

const rows = 200_000

const postgres = {
  kind: 'postgres',
  skip: !postgresUrl,
  open: () => openPostgresDatabase('clientele_broken'),
  make: `create table sales as select i as id, md5(i::text) || ', ' || md5((i + 1)::text) as note from generate_series(1, ${rows}) i`,
  slow: 'select id, note, pg_sleep(0.001)::text as slept from sales',
  endAll: `select count(pg_terminate_backend(pid)) from pg_stat_activity where query like 'copy %' and pid <> pg_backend_pid()`,
}
const mysql = {
  kind: 'mysql',
  skip: !mysqlUrl,
  open: () => openMysqlDatabase('clientele_broken'),
  make: `create table sales as select seq as id, concat(md5(seq), ', ', md5(seq + 1)) as note from seq_1_to_${rows}`,
  slow: 'select id, note, sleep(0.001) as slept from sales',
  endAll: `begin not atomic
    for one in (select id from information_schema.processlist where info like '%sleep(0.001)%' and id <> connection_id())
    do kill one.id; end for; end`,
}

describe.each([postgres, mysql])('$kind', ({ kind, skip, open, make, slow, endAll }) => {
  let database: TestDatabase
  let undisturbed: unknown
  const contract = (more = '') =>
    `kind: ${kind}\nconnection: env:SHOP_URL\nretries: 0\n${more}tables:\n  small: {query: select 1 as id, columns: {id: INTEGER}}\n  sales: {columns: {id: INTEGER, note: VARCHAR}}\n`
  const openShop = async (url = database.url, more = '') => {
    const intake = await openIntake({ shop: contract(more) })
    intake.env.SHOP_URL = url
    return intake
  }
  beforeAll(async () => {
    if (skip) return
    database = await open()
    await database.run(make)
  })
  afterAll(async () => {
    if (!skip) await database.close()
  })

  /** What has landed of the large table: loads that can be seen, and their rows whatever their order. */
  const landed = async (intake: Intake) => {
    const loads = (await intake.landing('shop', 'sales')).filter((name) => !name.startsWith('.'))
    const found = loads.map((name) => {
      const file = sql.lit(join(intake.dir, 'var/landing/shop/sales', name, 'rows.parquet'))
      return intake.db.rows(
        sql`select count(*) as n, sum(hash(id, note))::varchar as content from read_parquet(${file})`,
      )
    })
    return { loads, content: await Promise.all(found) }
  }
  const whole = async () => {
    if (!undisturbed) {
      const intake = await openShop()
      await intake.extract()
      undisturbed = await landed(intake)
    }
    return undisturbed
  }
  const nothing = { loads: [], content: [] }
  const finishes = async (intake: Intake) => {
    intake.env.SHOP_URL = database.url
    await intake.extract()
    expect(await landed(intake)).toEqual(await whole())
    expect(readdirSync(join(intake.dir, 'var/landing/shop/sales'))).toHaveLength(1)
  }

  test.skipIf(skip)('a line that is cut leaves nothing half-landed; tried again it brings all', async () => {
    const proxy = await openProxy(database.url)
    onTestFinished(proxy.close)
    const intake = await openShop(proxy.url)
    proxy.cutAfter = 4_000_000
    await expect(intake.extract()).rejects.toThrow(/shop\.sales: the connection to .* was lost in the middle/)
    expect(proxy.cuts).toBe(1)
    expect(await landed(intake)).toEqual(nothing)
    await intake.write('sources/shop.yaml', contract().replace('retries: 0', 'retries: 3'))
    const waits: number[] = []
    intake.sleep = async (wait) => {
      waits.push(wait)
      if (waits.length === 2) proxy.cutAfter = 0
    }
    await intake.extract()
    expect(waits).toEqual([1000, 2000])
    expect(intake.said.filter((line) => /trying again in [12]\.0 s \([12] of 3\)/.test(line))).toHaveLength(2)
    expect(await landed(intake)).toEqual(await whole())
  })

  test.skipIf(skip)('a session ended by its server leaves nothing half-landed', async () => {
    const intake = await openShop()
    const query = contract().replace('sales: {', `sales: {query: "${slow}", `)
    await intake.write('sources/shop.yaml', query)
    const ended = expect(intake.extract()).rejects.toThrow(
      /shop\.sales: the connection to .* was lost in the middle/,
    )
    await setTimeout(700)
    await database.run(endAll)
    await ended
    expect(await landed(intake)).toEqual(nothing)
    await intake.write('sources/shop.yaml', contract())
    await finishes(intake)
  })

  test.skipIf(skip)('a statement that takes too long is told as that', async () => {
    const intake = await openShop()
    const query = contract('timeouts: {statement: 1}\n').replace('sales: {', `sales: {query: "${slow}", `)
    await intake.write('sources/shop.yaml', query)
    await expect(intake.extract()).rejects.toThrow(
      /shop\.sales: .* stopped the reading after 1 s \(timeouts: \{statement: …\}\)/,
    )
    expect(await landed(intake)).toEqual(nothing)
  })

  test.skipIf(skip)('killed in the middle, the next run ends as an undisturbed one', async () => {
    const intake = await openShop()
    const child = spawn(process.execPath, [join(import.meta.dirname, 'extract-once.ts'), intake.dir], {
      stdio: 'ignore',
      env: { ...process.env, SHOP_URL: database.url },
    })
    const closed = new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)))
    const half = join(intake.dir, 'var/landing/shop/sales/.load/rows.parquet')
    while (!existsSync(half) && child.exitCode === null) await setTimeout(5)
    child.kill('SIGKILL')
    expect(await closed).toBe('SIGKILL')
    expect(await landed(intake)).toEqual(nothing)
    await finishes(intake)
  })

  test.skipIf(skip || !canMount())('a full disk leaves nothing half-landed', async () => {
    const intake = await openShop()
    const landing = join(intake.dir, 'var/landing')
    mkdirSync(landing, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', landing])
    let mounted = true
    const unmount = () => mounted && execFileSync('umount', [landing])
    onTestFinished(() => void unmount())
    await expect(intake.extract()).rejects.toThrow(/landing cannot be written: no space is left on the disk/)
    expect(await landed(intake)).toEqual(nothing)
    unmount()
    mounted = false
    await finishes(intake)
  })

  test.skipIf(skip)(
    'nobody at home, a wrong password, no TLS: each is told as what it is, without the password',
    async () => {
      const told = async (change: (url: URL) => void, more = '') => {
        const url = new URL(database.url)
        change(url)
        const intake = await openShop(url.href, more)
        const error = (await intake.extract().catch((reason: Error) => reason)) as Error
        expect(error.message).not.toMatch(/sesame/)
        return error.message
      }
      const sesame = (url: URL) => {
        url.password = 'open sesame/1'
      }
      expect(await told(sesame)).toMatch(
        /shop: the user 'clientele' is not let in to clientele_broken at 127\.0\.0\.1/,
      )
      expect(
        await told((url) => {
          url.pathname = '/nowhere'
        }),
      ).toMatch(/shop: there is no such database: nowhere at/)
      expect(
        await told((url) => {
          url.port = '1'
        }),
      ).toMatch(/shop: .* cannot be reached: /)
      expect(
        await told((url) => {
          url.hostname = 'no-such-host.invalid'
        }),
      ).toMatch(/no machine is known by the name 'no-such-host\.invalid'|cannot be reached/)
      expect(
        await told((url) => {
          url.searchParams.set('sslmode', 'require')
        }),
      ).toMatch(/does not speak TLS as the connection asks/)
    },
  )

  test.skipIf(skip)('a table that may not be read is told by its name', async () => {
    const name = kind === 'postgres' ? 'clientele_guest' : "clientele_guest@'%'"
    const password = kind === 'postgres' ? "password 'guest'" : "identified by 'guest'"
    await database.run(
      kind === 'postgres' ? `drop role if exists ${name}` : `drop user if exists ${name}`,
      kind === 'postgres' ? `create role ${name} login ${password}` : `create user ${name} ${password}`,
      ...(kind === 'postgres' ? [] : [`create table other (id int)`, `grant select on other to ${name}`]),
    )
    const url = new URL(database.url)
    url.username = 'clientele_guest'
    url.password = 'guest'
    const intake = await openShop(url.href)
    const told = expect(intake.extract()).rejects
    await told.toThrow(
      kind === 'postgres'
        ? /may not read this in .*permission denied for table sales/
        : /has no table 'sales'|may not read this/,
    )
    await database.run(kind === 'postgres' ? `drop role ${name}` : `drop user ${name}`)
  })
})

/** A small tmpfs of its own needs the rights of root. */
function canMount(): boolean {
  if (process.getuid?.() !== 0) return false
  const dir = `/tmp/clientele-mount-${process.pid}`
  mkdirSync(dir, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], { stdio: 'ignore' })
    execFileSync('umount', [dir])
    return true
  } catch {
    return false
  } finally {
    execFileSync('rmdir', [dir])
  }
}
