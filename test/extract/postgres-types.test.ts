import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { onServer, postgresServers } from './postgres-shop.ts'

describe.each(postgresServers('clientele_types'))('$name', (one) => {
  const { name, skip } = one
  const server = onServer(one)
  const { openShop } = server

  test.skipIf(skip)('every type arrives as it is, to the last digit and the last byte', async () => {
    await server.database.run(
      'create schema if not exists types',
      `create type types.mood as enum ('calm', 'cross')`,
      'create domain types.sum as numeric(9,3)',
      `create table types.things (id int, b bool, i2 int2, i8 int8, n numeric(38,10), loose numeric, r float4, d float8,
        day date, at timestamp, moment timestamptz, hour time, span interval, u uuid, j jsonb, bytes bytea,
        list int[], words text[], mood types.mood, total types.sum, cash numeric(5,2), fixed char(3))`,
      `insert into types.things values
        (1, true, -32768, 9223372036854775807, 1234567890123456789012345678.0123456789, 0.1000, 0.1, 0.1, '2024-02-29',
          '2024-02-29 23:59:59.999999', '2024-07-01 12:00:00+02', '23:59:59.5', '1 mon 2 days 03:00', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
          '{"a": [1, "é"]}', '\\x00ff', '{1,null,3}', '{"a,b","c\\"d",null}', 'calm', 1.5, 12.30, 'ab'),
        (2, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
        (3, false, 1, -9223372036854775808, -0.0000000001, 1e40, 'NaN', 'Infinity', 'infinity', '-infinity', 'infinity', '00:00',
          '-1 day', '00000000-0000-0000-0000-000000000000', 'null', '', '{}', '{}', 'cross', 0, 0, '')`,
    )
    const intake = await openShop(
      '  things: {table: types.things, columns: {id: INTEGER, moment: TIMESTAMP, day: DATE, n: "DECIMAL(38,10)", d: DOUBLE, mood: VARCHAR}}\n',
    )
    const landed = await intake.extract()
    const dir = `${intake.dir}/var/landing/shop/things/${landed[0]?.loadIds[0]}`
    const manifest = await intake.manifest('shop', 'things', landed[0]?.loadIds[0] as string)
    expect(manifest.kind).toBe('postgres')
    const types = (manifest.columns as { name: string; type: string }[]).map(
      ({ name, type }) => `${name} ${type}`,
    )
    expect(types).toEqual([
      'id INTEGER',
      'b BOOLEAN',
      'i2 SMALLINT',
      'i8 BIGINT',
      'n DECIMAL(38,10)',
      'loose VARCHAR',
      'r FLOAT',
      'd DOUBLE',
      'day DATE',
      'at TIMESTAMP',
      'moment TIMESTAMPTZ',
      'hour TIME',
      'span VARCHAR',
      'u UUID',
      'j VARCHAR',
      'bytes VARCHAR',
      'list VARCHAR',
      'words VARCHAR',
      'mood VARCHAR',
      'total DECIMAL(9,3)',
      'cash DECIMAL(5,2)',
      'fixed VARCHAR',
    ])
    await intake.db.run("set timezone = 'UTC'")
    const rows = await intake.rows(
      `select * replace (b::varchar as b, i8::varchar as i8, n::varchar as n, r::varchar as r, d::varchar as d, day::varchar as day,
        total::varchar as total, cash::varchar as cash)
       from read_parquet('${dir}/rows.parquet') order by id`,
    )
    expect(rows[0]).toEqual({
      id: 1,
      b: 'true',
      i2: -32768,
      i8: '9223372036854775807',
      n: '1234567890123456789012345678.0123456789',
      loose: '0.1000',
      r: '0.1',
      d: '0.1',
      day: '2024-02-29',
      at: '2024-02-29 23:59:59.999999',
      moment: '2024-07-01 10:00:00+00',
      hour: '23:59:59.5',
      span: 'P1M2DT3H',
      u: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
      j: '{"a": [1, "é"]}',
      bytes: '00FF',
      list: '[1,null,3]',
      words: '["a,b","c\\"d",null]',
      mood: 'calm',
      total: '1.500',
      cash: '12.30',
      fixed: 'ab ',
    })
    expect(Object.values(rows[1] ?? {}).every((value, i) => (i === 0 ? value === 2 : value === null))).toBe(
      true,
    )
    expect(rows[2]).toMatchObject({
      b: 'false',
      i8: '-9223372036854775808',
      n: '-0.0000000001',
      loose: '10000000000000000000000000000000000000000',
      r: 'nan',
      d: 'inf',
      day: 'infinity',
      at: '-infinity',
      moment: 'infinity',
      bytes: '',
      list: '[]',
      fixed: '   ',
    })
    // The project's clock is London's: summer time.
    await intake.load()
    expect(
      await intake.rows('select id, moment, day::varchar as day, mood from raw.things order by id'),
    ).toEqual([
      { id: 1, moment: '2024-07-01 11:00:00', day: '2024-02-29', mood: 'calm' },
      { id: 2, moment: null, day: null, mood: null },
      { id: 3, moment: 'infinity', day: 'infinity', mood: 'cross' },
    ])
  })

  test.skipIf(skip)(
    'texts arrive as they were: quotes, line ends, backslashes, what looks like null',
    async () => {
      const texts = [
        '',
        ' ',
        '"',
        '""',
        ',',
        'a,b',
        'a\r\nb',
        '\r',
        '\n',
        '\\',
        '\\N',
        '\\.',
        '\\n',
        'NULL',
        'null',
        '茶壶',
        '👩‍👩‍👧',
        "it's",
        '\u0001\u001f',
        'a\ufeffx',
        't'.repeat(100_000),
      ]
      await server.database.run('create table texts (id int, note text); create table single (note text)')
      for (const [i, text] of texts.entries())
        await server.database.run(
          `insert into texts values (${i}, '${text.replaceAll("'", "''")}'); insert into single values ('${text.replaceAll("'", "''")}')`,
        )
      await server.database.run('insert into texts values (99, null); insert into single values (null)')
      const intake = await openShop(
        '  texts: {columns: {id: INTEGER, note: VARCHAR}}\n  single: {columns: {note: VARCHAR}}\n',
      )
      await intake.night()
      const expected = [...texts, null]
      expect((await intake.rows('select note from raw.texts order by id')).map(({ note }) => note)).toEqual(
        expected,
      )
      expect(
        (await intake.rows('select note from raw.single order by _row')).map(({ note }) => note),
      ).toEqual(expected)
    },
  )

  test.skipIf(skip)(
    'a date before Christ and a decimal that is no number are read again as text',
    async () => {
      await server.database.run(
        'create table olden (id int, day date, amount numeric(6,2), at timestamptz)',
        `insert into olden values (1, '2024-01-01', 1.5, '2024-07-01 12:00+00'), (2, '0044-03-15 BC', 2.5, null)`,
      )
      const intake = await openShop(
        '  olden: {reject_limit: {count: 1}, columns: {id: INTEGER, day: DATE, amount: "DECIMAL(6,2)", at: TIMESTAMP}}\n',
      )
      expect(await intake.night()).toMatchObject([{ loaded: 1, quarantined: 1 }])
      expect(intake.said.join('\n')).toContain(
        'shop.olden: a value fits no date or number of the engine; read again as text',
      )
      expect(await intake.rows('select value, reasons from quarantine.olden')).toEqual([
        { value: '0044-03-15 BC', reasons: ['cast:day'] },
      ])
      // As a moment that landed as text it is the project's clock, too.
      expect(await intake.rows('select "at", amount from raw.olden')).toEqual([
        { at: '2024-07-01 13:00:00', amount: 1.5 },
      ])
      await server.database.run("update olden set day = '2024-01-02', amount = 'NaN' where id = 2")
      expect(await intake.night()).toMatchObject([{ loaded: 2, quarantined: 2 }])
      // The next night asks for text at once, and finds nothing new.
      intake.said.length = 0
      expect(await intake.extract()).toMatchObject([{ skipped: 'read, nothing new' }])
      expect(intake.said).toEqual([])
    },
  )

  // PGlite has one connection.
  test.skipIf(skip || name === 'PGlite')(
    'a large table is read in two halves, every row once and numbered',
    async () => {
      // A page a row: what is large is told by pages.
      await server.database.run(
        'create table wide with (fillfactor = 10) as select i as id, repeat(i::text, 150) as note from generate_series(10001, 19000) i',
      )
      const intake = await openShop('  wide: {columns: {id: INTEGER, note: VARCHAR}}\n', 'streams: 2\n')
      expect(await intake.night()).toMatchObject([{ loaded: 9000, quarantined: 0 }])
      expect(
        await intake.rows(`select count(distinct id) as ids, min(_row) as first, max(_row) as last,
        count(distinct _row) as numbers, bool_and(note = repeat(id::varchar, 150)) as whole from raw.wide`),
      ).toEqual([{ ids: 9000, first: 1, last: 9000, numbers: 9000, whole: true }])
    },
  )

  test.skipIf(skip)('numbers at the ends of their types arrive to the last digit', async () => {
    const numbers = [
      '0',
      '0.0001',
      '-0.0001',
      '9999.9999',
      '-10000.0001',
      '12345678901234.5678',
      '-99999999999999.9999',
    ]
    const small = ['0', '0.01', '-0.01', '9999999.99', '-1000000']
    await server.database.run(
      'create table ends (id int, a numeric(18,4), b numeric(9,2), c numeric(30,0), u uuid, hour time, yes boolean)',
      ...numbers.map((text, i) => {
        const hour = ['00:00', '24:00', '12:34:56.789012'][i % 3]
        return `insert into ends values (${i}, ${text}, ${small[i] ?? 'null'}, ${text.replace('.', '')}00000, null, '${hour}', ${i % 2 === 0})`
      }),
    )
    const intake = await openShop(
      '  ends: {columns: {id: INTEGER, a: "DECIMAL(18,4)", b: "DECIMAL(9,2)", c: "DECIMAL(30,0)", hour: TIME}}\n',
    )
    await intake.night()
    const rows = await intake.rows(
      'select a::varchar as a, b::varchar as b, c::varchar as c from raw.ends order by id',
    )
    const same = (text: string, scale: number) =>
      BigInt(text.replace('.', '').concat('0'.repeat(scale - (text.split('.')[1] ?? '').length)))
    rows.forEach(({ a, b, c }, i) => {
      expect(same(String(a), 4)).toBe(same(numbers[i] as string, 4))
      if (small[i]) expect(same(String(b), 2)).toBe(same(small[i] as string, 2))
      else expect(b).toBeNull()
      expect(BigInt(String(c))).toBe(BigInt(`${numbers[i]?.replace('.', '')}00000`))
    })
    expect(rows).toHaveLength(numbers.length)
  })

  // The encoding is chosen when a database is made.
  test.skipIf(skip || name === 'PGlite')('bytes that are no text of UTF-8 do not land', async () => {
    await server.database.run('drop database if exists clientele_ascii')
    await server.database.run(
      "create database clientele_ascii encoding 'SQL_ASCII' locale 'C' template template0",
    )
    const url = new URL(server.database.url)
    url.pathname = '/clientele_ascii'
    const client = new pg.Client(url.href)
    await client.connect()
    await client.query("create table notes as select 1 as id, convert_from('\\xe9', 'SQL_ASCII') as note")
    await client.end()
    const intake = await openShop('  notes: {columns: {id: INTEGER, note: VARCHAR}}\n')
    intake.env.SHOP_URL = url.href
    await expect(intake.extract()).rejects.toThrow(/shop\.notes: .* cannot convert a value/)
    expect(await intake.landing('shop', 'notes')).toEqual([])
    await server.database.run('drop database clientele_ascii')
  })
})
