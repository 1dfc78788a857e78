import { describe, expect, test } from 'vitest'
import { onServer, postgresServers, shop } from './postgres-shop.ts'

describe.each(postgresServers('clientele_extract'))('$name', (one) => {
  const { skip } = one
  const server = onServer(one)
  const { openShop } = server

  test.skipIf(skip)('a keyed snapshot lands what changed; an unchanged table lands nothing', async () => {
    await server.database.run(
      'create table orders (id int primary key, status text, amount numeric(9,2), at timestamptz)',
      `insert into orders select i, 'new', i / 3.0, timestamptz '2024-01-01' + i * interval '1 hour' from generate_series(1, 1000) i`,
    )
    const intake = await openShop(
      '  orders: {key: [id], columns: {id: INTEGER, status: VARCHAR, amount: "DECIMAL(9,2)", at: TIMESTAMP}}\n',
    )
    expect(await intake.extract()).toMatchObject([{ landed: 1000 }])
    expect(await intake.extract()).toMatchObject([{ landed: 0, skipped: 'read, nothing new' }])
    await server.database.run(
      `update orders set status = 'sent' where id <= 3; delete from orders where id = 1000`,
      'vacuum orders',
    )
    expect(await intake.extract('2024-03-02')).toMatchObject([{ landed: 3, deleted: 1 }])
    await intake.load()
    expect(
      await intake.rows(
        `select count(*) as n, count(*) filter (where status = 'sent') as sent from raw.orders`,
      ),
    ).toEqual([{ n: 999, sent: 3 }])
  })

  test.skipIf(skip)('a cursor loses none of equal moments and repeats none', async () => {
    await server.database.run(
      'create table events (at timestamptz, what text)',
      `insert into events values ('2024-01-01 10:00', 'a'), ('2024-01-01 11:00:00.000001', 'b'), (null, 'late')`,
    )
    const intake = await openShop(
      '  events: {delivery: append, cursor: at, columns: {at: TIMESTAMPTZ, what: VARCHAR}}\n',
    )
    expect(await intake.extract()).toMatchObject([{ landed: 3 }])
    expect(await intake.extract()).toMatchObject([{ landed: 0, loadIds: [] }])
    await server.database.run(
      `insert into events values ('2024-01-01 11:00:00.000001', 'c'), ('2024-01-01 11:00:00.000001', 'b'), ('2024-01-01 12:00', 'd'), (null, 'late')`,
    )
    expect(await intake.extract()).toMatchObject([{ landed: 4 }])
    await intake.load()
    expect(
      await intake.rows('select what, count(*) as n from raw.events group by what order by what'),
    ).toEqual([
      { what: 'a', n: 1 },
      { what: 'b', n: 2 },
      { what: 'c', n: 1 },
      { what: 'd', n: 1 },
      { what: 'late', n: 2 },
    ])
  })

  test.skipIf(skip)('a query of SQL or of Kysely stands in for a table', async () => {
    await server.database.run(
      'create table sales (city text, amount int)',
      `insert into sales values ('Leeds', 1), ('Leeds', 2), ('O''Hara \\ "x"', 5)`,
    )
    const intake = await openShop(
      `  totals:\n    query: select city, sum(amount) as amount from sales group by city;\n    key: [city]\n    columns: {city: VARCHAR, amount: INTEGER}\n` +
        '  some: {query: sources/shop.some.ts, columns: {city: VARCHAR, amount: INTEGER}}\n',
    )
    await intake.write(
      'sources/shop.some.ts',
      `export default (db) => db.selectFrom('sales').select(['city', 'amount']).where('city', '=', 'O\\'Hara \\\\ "x"').where('amount', 'in', [5, 6])\n`,
    )
    await intake.night()
    expect(await intake.rows('select city, amount from raw.totals order by amount')).toEqual([
      { city: 'Leeds', amount: 3 },
      { city: 'O\'Hara \\ "x"', amount: 5 },
    ])
    expect(await intake.rows('select amount from raw.some')).toEqual([{ amount: 5 }])
  })

  test.skipIf(skip)('what is not there is told with what was likely meant', async () => {
    await server.database.run('create table persons (id int, fullname text)')
    const intake = await openShop('  persns: {columns: {id: INTEGER}}\n')
    await expect(intake.extract()).rejects.toThrow(/no table 'persns'[\s\S]*Did you mean persons\?/)
    await intake.write('sources/shop.yaml', shop('  persons: {columns: {full_name: VARCHAR}}\n').shop)
    await expect(intake.extract()).rejects.toThrow(/no column 'full_name'[\s\S]*Did you mean fullname\?/)
    await intake.write(
      'sources/shop.yaml',
      shop('  persons: {query: select fulname from persons, columns: {id: INTEGER}}\n').shop,
    )
    await expect(intake.extract()).rejects.toThrow(
      /shop\.persons: .* lacks a column: column "fulname" does not exist\n {2}at .*sources\/shop\.yaml:4/,
    )
    await intake.write(
      'sources/shop.yaml',
      shop('  persons: {query: selec 1, columns: {id: INTEGER}}\n').shop,
    )
    await expect(intake.extract()).rejects.toThrow(/does not understand the query: syntax error/)
  })

  test.skipIf(skip)(
    'a type that changed under us stops the table, unless the contract wants it so',
    async () => {
      await server.database.run(
        'create table fees (id int, due date, fee int)',
        `insert into fees values (1, '2024-01-01', 5)`,
      )
      const intake = await openShop('  fees: {columns: {id: INTEGER, due: DATE, fee: INTEGER}}\n')
      await intake.extract()
      await server.database.run('alter table fees alter fee type bigint')
      await intake.extract()
      expect(intake.said).toContain("shop.fees: column 'fee' was INTEGER and is now BIGINT")
      await server.database.run('alter table fees alter fee type text')
      await expect(intake.extract()).rejects.toThrow(
        /shop\.fees: column 'fee' was (INTEGER|BIGINT) and is now VARCHAR\n {2}at .*sources\/shop\.yaml:4/,
      )
    },
  )
})
