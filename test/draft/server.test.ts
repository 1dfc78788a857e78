import { expect, onTestFinished, test } from 'vitest'
import { draftContract } from '../../pipelines/draft/draft.ts'
import { catalogue, extract } from '../../pipelines/extract/extract.ts'
import { openProject } from '../../pipelines/project.ts'
import {
  mysqlUrl,
  openMysqlDatabase,
  openPglite,
  openPostgresDatabase,
  postgresUrl,
} from '../extract/servers.ts'
import { openIntake } from '../intake.ts'

const people = Array.from(
  { length: 20 },
  (_, i) =>
    `(${i + 1}, 'Ann ${i}', 'ann${i}@example.com', '+44 20 7946 0${100 + i}', '0${1000 + i}', '${i % 2 ? 'calm' : 'cross'}', ${i}.50, '2024-02-${10 + i}', '2024-02-10 10:00:00', ${i % 3 ? 'null' : '1'})`,
).join(', ')

const shops = [
  {
    kind: 'postgres',
    skip: false,
    open: () => (postgresUrl ? openPostgresDatabase('clientele_draft') : openPglite()),
    make: [
      "create type mood as enum ('calm', 'cross', 'odd')",
      `create table people (id int primary key, full_name text not null, reach text, line varchar(40), code text not null, mood mood not null,
        amount numeric(9,2) not null check (amount >= 0), birth_date date, "seenAt" timestamptz, loose numeric,
        constraint reach_looks check (reach ~~* '%@%'), constraint odd check (code ~ '^0[0-9]+$' and num_nonnulls(code) = 1))`,
      'create schema depot',
      'create table depot.stock (shelf int, item text, primary key (item, shelf))',
      "insert into depot.stock values (1, 'tea'), (2, 'tea')",
    ],
    stock: ['depot_stock:', 'table: depot.stock', 'key: [item, shelf]'],
    seen: 'seen_at: {type: TIMESTAMP, from: seenAt}',
  },
  {
    kind: 'mysql',
    skip: !mysqlUrl,
    open: () => openMysqlDatabase('clientele_draft'),
    make: [
      `create table people (id int primary key, full_name text not null, reach text, line varchar(40), code text not null, mood enum('calm', 'cross', 'odd') not null,
        amount decimal(9,2) not null check (amount >= 0), birth_date date, seenAt timestamp null, loose int,
        constraint odd check (weight_string(code) is not null))`,
      'create table stock (shelf int, item varchar(9), primary key (item, shelf))',
      "insert into stock values (1, 'tea'), (2, 'tea')",
    ],
    stock: ['stock:', 'key: [item, shelf]'],
    seen: 'seen_at: {type: TIMESTAMP, from: seenAt}',
  },
]

for (const { kind, skip, open, make, stock, seen } of shops)
  test.skipIf(skip)(
    `${kind}: what a server declares, and whose the values are; the draft takes all in`,
    async () => {
      const database = await open()
      onTestFinished(() => database.close())
      await database.run(...make, `insert into people values ${people}`)
      const intake = await openIntake({})
      intake.env.SHOP_URL = database.url
      const project = await openProject(intake.dir)
      const draft = (table?: string, from = 'env:SHOP_URL', rows?: number) =>
        draftContract(
          project,
          from,
          { source: 'shop', table, asOf: '2024-03-01', env: intake.env, ...(rows ? { rows } : {}) },
          { extract, catalogue },
        )
      const yaml = await draft()
      expect(yaml).not.toContain(new URL(database.url).password)
      const lines = yaml.split('\n').map((line) => line.trim())
      expect(lines).toEqual(
        expect.arrayContaining([
          `kind: ${kind}`,
          'connection: env:SHOP_URL',
          'key: [id]',
          'id: {type: INTEGER, not_null: true}',
          'full_name: {type: VARCHAR, not_null: true, pii: direct}',
          'reach: {type: VARCHAR, pii: direct}',
          'line: {type: VARCHAR, pii: direct}',
          'code: {type: VARCHAR, not_null: true}',
          'mood: {type: VARCHAR, not_null: true, enum: [calm, cross, odd]}',
          'amount: {type: "DECIMAL(9,2)", not_null: true}',
          'birth_date: {type: DATE, pii: direct}',
          seen,
          'checks:',
          ...stock,
        ]),
      )
      expect(yaml).toMatch(/checks:\n +\w+: .*amount/)
      expect(yaml).toMatch(/# the source also checks odd: /)
      await intake.write('sources/shop.yaml', yaml)
      const loaded = await intake.night()
      expect(loaded.map(({ read, loaded: rows }) => [read, rows])).toEqual(
        expect.arrayContaining([
          [20, 20],
          [2, 2],
        ]),
      )
      expect(yaml).toContain('# 20 rows\n')
      // One of two rows of a table: what it is called by there, and what was looked at.
      const part = await draft(stock[0]?.includes('_') ? 'depot.stock' : 'stock', undefined, 1)
      expect(part).toContain('# the first 1 rows were looked at: ')
      expect(part.split('\n').map((line) => line.trim())).toEqual(expect.arrayContaining(stock))
      expect((await draft('people')).match(/^ {2}\w+:$/gm)).toEqual(['  people:'])
      await expect(draft('peopel')).rejects.toThrow(/the database has no table 'peopel'[\s\S]*people/)
      await expect(draft(undefined, 'env:NOWHERE')).rejects.toThrow(
        /the environment variable NOWHERE is not set/,
      )
      await expect(draft(undefined, 'oracle://x/y')).rejects.toThrow(/PostgreSQL or MySQL, not from oracle/)
    },
  )
