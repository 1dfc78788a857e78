import { gzipSync, zstdCompressSync } from 'node:zlib'
import * as arrow from 'apache-arrow'
import { expect, test } from 'vitest'
import { readSource } from '../../pipelines/contract.ts'
import { openIntake } from '../intake.ts'
import { encode } from './encode.ts'
import { rawWorkbook } from './workbook.ts'

const source = (lines: string, columns: string) => ({
  broker: `
kind: files
tables:
  orders:
    ${lines}
    reject_limit: {share: 1}
    columns: {${columns}}
`,
})

const orders = 'select * exclude (_load_id, _row) from raw.orders order by _row'

test('fixed width: places in characters, or in the bytes of a GBK system; a line cut short is kept apart', async () => {
  const columns =
    'no: {type: INTEGER, width: 4}, name: {type: VARCHAR, width: 6}, city: {type: VARCHAR, start: 12, width: 4}'
  const wide = await openIntake(source('path: input/o.txt\n    format: {type: fixed}', columns))
  await wide.write('input/o.txt', '0001张伟    |北京  \r\n0002Zoë   |Köln\n\n0003half')
  expect(await wide.night()).toMatchObject([{ read: 3, loaded: 2, quarantined: 1 }])
  expect(await wide.rows(orders)).toEqual([
    { no: 1, name: '张伟', city: '北京' },
    { no: 2, name: 'Zoë', city: 'Köln' },
  ])
  expect(await wide.rows('select reason, _row from quarantine.orders')).toEqual([
    { reason: 'ragged', _row: 3 },
  ])
  const bytes = await openIntake(
    source(
      'path: input/o.txt\n    format: {type: fixed, encoding: gbk, unit: bytes, skip: 1, pad: true}',
      columns,
    ),
  )
  await bytes.write('input/o.txt', encode('TITLE\n0001张伟  |北京\n0002李娜娜|津\n', 'gb18030'))
  await bytes.night()
  expect(await bytes.rows(orders)).toEqual([
    { no: 1, name: '张伟', city: '北京' },
    { no: 2, name: '李娜娜', city: '津' },
  ])
})

test('NDJSON: nested values stay JSON, a path leads into them, long numbers keep their digits, broken lines are kept apart', async () => {
  const columns =
    "id: VARCHAR, city: {type: VARCHAR, from: address.city}, tags: JSON, amount: 'DECIMAL(18,2)', late: {type: VARCHAR, optional: true}"
  const intake = await openIntake(source('path: input/o.ndjson\n    format: {type: ndjson}', columns))
  await intake.write(
    'input/o.ndjson',
    '{"id":12345678901234567890,"address":{"city":"北京"},"tags":["a","b"],"amount":1.10}\r\n\n{"id":"b","amount":2}\n[1]\n{"id":"c","amo\n{"id":"d","late":true}\n{"id":"e"',
  )
  expect(await intake.night()).toMatchObject([{ read: 6, loaded: 3, quarantined: 3 }])
  expect(await intake.rows(orders)).toEqual([
    { id: '12345678901234567890', city: '北京', tags: '["a","b"]', amount: 1.1, late: null },
    { id: 'b', city: null, tags: null, amount: 2, late: null },
    { id: 'd', city: null, tags: null, amount: null, late: 'true' },
  ])
  expect(await intake.rows('select reason, _row from quarantine.orders order by _row')).toEqual(
    [3, 4, 6].map((_row) => ({ reason: 'json', _row })),
  )
})

test('a JSON document: its own array, or the one that a path leads to; broken off, nothing of it lands', async () => {
  const columns = 'id: INTEGER, note: VARCHAR'
  const records = '[{"id": 1, "note": "a ] } \\" b"},\n {"id": 2, "note": null} ,{"note":"茶"}]'
  for (const [format, text] of [
    ['{type: json}', `\uFEFF${records}`],
    [
      '{type: json, records: data.items}',
      `{"total": {"n": [1, 2]}, "data": {"x": "[", "items": ${records}}, "more": 1}`,
    ],
  ] as const) {
    const intake = await openIntake(source(`path: input/o.json\n    format: ${format}`, columns))
    await intake.write('input/o.json', gzipSync(text))
    expect(await intake.night()).toMatchObject([{ read: 3, loaded: 3 }])
    expect(await intake.rows(orders)).toEqual([
      { id: 1, note: 'a ] } " b' },
      { id: 2, note: null },
      { id: null, note: '茶' },
    ])
    await intake.write('input/o.json', text.slice(0, -3))
    await expect(intake.extract()).rejects.toThrow(/JSON document is broken at line 2[\s\S]*o\.json/)
    await intake.write('input/o.json', '{"total": 3}')
    await expect(intake.extract()).rejects.toThrow(/no array at data\.items|is no array/)
  }
})

test('Parquet: every value as text, nested ones as JSON, moments in UTC; half a file is refused', async () => {
  const columns =
    "id: BIGINT, paid: 'DECIMAL(9,2)', moment: TIMESTAMP, zoned: TIMESTAMPTZ, lines: JSON, day: DATE, ok: BOOLEAN"
  const intake = await openIntake(source('path: input/o.parquet\n    format: {type: parquet}', columns))
  await intake.db.run(`copy (select i as id, (i % 8 / 4)::decimal(9,2) as paid, timestamp '2024-01-01 10:00:00.123456' as moment,
    timestamptz '2024-06-01 10:00:00+02' as zoned, [{'sku': 'a', 'n': i}] as lines, date '2024-02-29' as day, i % 2 = 0 as ok
    from range(9007199254740993, 9007199254740996) t(i)) to '${intake.dir}/input/o.parquet' (format parquet)`)
  expect(await intake.night()).toMatchObject([{ read: 3, loaded: 3 }])
  const [first] = await intake.rows(
    'select id::varchar as id, paid::varchar as paid, moment::varchar as moment, epoch_ms(zoned) as ms, lines, day, ok, _row from raw.orders order by _row',
  )
  expect(first).toEqual({
    id: '9007199254740993',
    paid: '0.25',
    moment: '2024-01-01 10:00:00.123456',
    ms: Date.parse('2024-06-01T08:00:00Z'),
    lines: '[{"sku":"a","n":9007199254740993}]',
    day: '2024-02-29',
    ok: false,
    _row: 1,
  })
  await intake.write('input/o.parquet', 'PAR1 and then nothing')
  await expect(intake.extract()).rejects.toThrow(/not a whole Parquet file[\s\S]*o\.parquet/)
})

/** A table of every kind of column that people write. */
function arrowTable(): arrow.Table {
  const vector = arrow.vectorFromArray
  return new arrow.Table({
    id: vector([1n, 9007199254740993n], new arrow.Int64()),
    name: vector(['张伟', null], new arrow.Utf8()),
    tier: vector(['gold', 'gold'], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
    day: vector([new Date('2024-02-29'), null], new arrow.DateDay()),
    at: vector([1_700_000_000_123, -1], new arrow.TimestampMillisecond('UTC')),
    ok: vector([true, false], new arrow.Bool()),
    rate: vector([0.1, null], new arrow.Float64()),
    tags: vector([['a'], ['b', 'c']], new arrow.List(new arrow.Field('item', new arrow.Utf8()))),
  })
}

test('Arrow: file and stream, plain or compressed; half a file is refused', async () => {
  const columns =
    'id: BIGINT, name: VARCHAR, tier: VARCHAR, day: DATE, at: TIMESTAMP, ok: BOOLEAN, rate: DOUBLE, tags: JSON'
  arrow.compressionRegistry.set(arrow.CompressionType.ZSTD, { encode: (data) => zstdCompressSync(data) })
  const file = Buffer.from(arrow.tableToIPC(arrowTable(), 'file'))
  const packed = new arrow.RecordBatchFileWriter({ compressionType: arrow.CompressionType.ZSTD })
  const deliveries = [
    file,
    Buffer.from(arrow.tableToIPC(arrowTable(), 'stream')),
    Buffer.from(packed.writeAll(arrowTable()).finish().toUint8Array(true)),
  ]
  for (const bytes of deliveries) {
    const intake = await openIntake(source('path: input/o.arrow\n    format: {type: arrow}', columns))
    await intake.write('input/o.arrow', bytes)
    expect(await intake.night()).toMatchObject([{ read: 2, loaded: 2 }])
    expect(await intake.rows(`select * replace (id::varchar as id) from (${orders})`)).toEqual([
      {
        id: '1',
        name: '张伟',
        tier: 'gold',
        day: '2024-02-29',
        at: '2023-11-14 22:13:20.123',
        ok: true,
        rate: 0.1,
        tags: '["a"]',
      },
      {
        id: '9007199254740993',
        name: null,
        tier: 'gold',
        day: null,
        at: '1969-12-31 23:59:59.999',
        ok: false,
        rate: null,
        tags: '["b","c"]',
      },
    ])
    await intake.write('input/o.arrow', file.subarray(0, file.length - 200))
    await expect(intake.extract()).rejects.toThrow(/not a whole Arrow file or stream[\s\S]*o\.arrow/)
  }
})

test('a workbook as programs write it: shared and rich texts, times, percentages, leading zeros, errors, 1904, formulas', async () => {
  const columns = 'name: VARCHAR, at: VARCHAR, n: VARCHAR'
  const intake = await openIntake(
    source('path: input/o.xlsx\n    format: {type: xlsx, header: find}', columns),
  )
  const strings =
    '<si><t>name</t></si><si><t>at</t></si><si><t>n</t></si><si><r><t>Zo</t></r><r><t xml:space="preserve">ë </t></r><rPh><t>ignored</t></rPh></si><si><t>a_x000D_b</t></si>'
  const styles =
    '<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="00000"/><numFmt numFmtId="166" formatCode="[h]:mm:ss"/><numFmt numFmtId="167" formatCode="[Red]#,##0.00&quot; days&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/><xf numFmtId="9"/><xf numFmtId="166"/><xf numFmtId="167"/></cellXfs>'
  const cells = (row: number, ...xml: string[]) =>
    `<x:row r="${row}">${xml.join('')}</x:row>`.replaceAll(/<(\/?)(c|v|f|is|t)\b/g, '<$1x:$2')
  const rows = [
    cells(1, '<c r="A1" t="inlineStr"><is><t>Orders of the week</t></is></c>'),
    cells(3, '<c r="B3" t="s"><v>0</v></c>', '<c r="C3" t="s"><v>1</v></c>', '<c r="D3" t="s"><v>2</v></c>'),
    cells(
      4,
      '<c r="B4" t="s"><v>3</v></c>',
      '<c r="C4" s="1"><v>45351</v></c>',
      '<c r="D4" s="2"><v>123</v></c>',
    ),
    cells(
      5,
      '<c r="B5" t="s"><v>4</v></c>',
      '<c r="C5" s="3"><v>0.3958333333</v></c>',
      '<c r="D5" s="4"><v>0.15</v></c>',
    ),
    cells(
      7,
      '<c r="B7" t="str"><f>A1&amp;"x"</f><v>made</v></c>',
      '<c r="C7" s="5"><v>1.5</v></c>',
      '<c r="D7" t="e"><v>#N/A</v></c>',
    ),
    cells(8, '<c r="B8"><f>SUM(1,2)</f></c>', '<c r="C8" s="6"><v>2.5</v></c>'),
    cells(
      9,
      '<c t="inlineStr" r="B9"><is><t>00123</t></is></c>',
      '<c r="C9" s="1"><v>59</v></c>',
      '<c r="D9"><v>1</v></c>',
    ),
  ].join('')
  await intake.write('input/o.xlsx', rawWorkbook({ rows, strings, styles }))
  expect(await intake.night()).toMatchObject([{ read: 5, loaded: 4, quarantined: 1 }])
  expect(await intake.rows(orders)).toEqual([
    { name: 'Zoë ', at: '2024-02-29', n: '00123' },
    { name: 'a\rb', at: '09:30:00', n: '0.15' },
    { name: 'made', at: '36:00:00', n: '#N/A' },
    { name: '00123', at: '1900-02-28', n: '1' },
  ])
  expect(await intake.rows('select reason, _row from quarantine.orders')).toEqual([
    { reason: 'formula', _row: 4 },
  ])
  const old = rawWorkbook({ rows, strings, styles, properties: '<workbookPr date1904="1"/>' })
  await intake.write('input/o.xlsx', old)
  await intake.night()
  expect(await intake.rows('select "at" from raw.orders where _row = 1')).toEqual([{ at: '2028-03-01' }])
})

test('merged cells: the first holds the value, and it is said; titles above the header may be merged', async () => {
  const columns = 'region: VARCHAR, city: VARCHAR'
  const intake = await openIntake(
    source('path: input/o.xlsx\n    format: {type: xlsx, header: find}', columns),
  )
  const texts = [
    ['Cities of the regions'],
    ['region', 'city'],
    ['North', 'Leeds'],
    ['', 'York'],
    ['South', 'Bath'],
  ]
  const rows = texts.map((cells, i) => {
    const filled = cells.map((text) => (text ? `<c t="inlineStr"><is><t>${text}</t></is></c>` : '<c/>'))
    return `<row r="${i + 1}">${filled.join('')}</row>`
  })
  const merged = (...cells: string[]) =>
    `<mergeCells>${cells.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>`
  await intake.write('input/o.xlsx', rawWorkbook({ rows: rows.join(''), after: merged('A1:B1', 'A3:A4') }))
  await intake.night()
  expect(await intake.rows(orders)).toEqual([
    { region: 'North', city: 'Leeds' },
    { region: null, city: 'York' },
    { region: 'South', city: 'Bath' },
  ])
  const note =
    'broker.orders: o.xlsx: merged cells below the header: 1; the first of each holds the value, the others nothing'
  expect(intake.said).toContain(note)
  await intake.write('input/o.xlsx', rawWorkbook({ rows: rows.join(''), after: merged('A1:B1') }))
  intake.said.length = 0
  await intake.extract()
  expect(intake.said).not.toContain(note)
})

test('a header is found by its names, however they are written, and by any of several', async () => {
  const columns =
    'order_no: {type: VARCHAR, from: [订单号, 订单编号]}, amount: {type: VARCHAR, from: "amount(cny)"}'
  const intake = await openIntake(
    source(
      'pattern: input/*.csv\n    delivery: append\n    format: {type: csv, header: find, within: 4}',
      columns,
    ),
  )
  await intake.write('input/a.csv', 'Weekly list\n"of, orders"\n\u00a0订单编号 ,Amount（CNY）\nA1,5\n')
  await intake.write('input/b.csv', 'AMOUNT(CNY),\u200b订单号\n6,B1\n')
  expect(await intake.night()).toMatchObject([{ read: 2, loaded: 2 }])
  expect(await intake.rows('select order_no, amount from raw.orders order by 1')).toEqual([
    { order_no: 'A1', amount: '5' },
    { order_no: 'B1', amount: '6' },
  ])
  await intake.write('input/c.csv', 'x\n'.repeat(5))
  await expect(intake.extract()).rejects.toThrow(
    /none of the first 4 records is the header[\s\S]*订单号 or 订单编号/,
  )
})

const letter =
  '姓名,城市,备注\n张伟,北京,老客户推荐的朋友\n李娜,上海,喜欢绿茶和红茶\n王芳,广州,上个月的订单已经退货\n'
test.each([
  ['gb18030', encode(letter, 'gb18030')],
  [
    'big5',
    encode(
      '姓名,城市,備註\n張偉,北京,老客戶推薦的朋友\n李娜,上海,喜歡綠茶和紅茶\n王芳,廣州,上個月的訂單已經退貨\n',
      'big5',
    ),
  ],
  [
    'shift-jis',
    encode('姓名,城市,備考\n山田,東京,ご紹介のお客様です\n鈴木,大阪,お茶がとても好きな方\n', 'shift_jis'),
  ],
  [
    'windows-1252',
    encode('name,city\nJosé,Málaga\nZoë,Köln\nBjörn,Malmö\nFrançois,Orléans\n', 'windows-1252'),
  ],
  ['utf-8', Buffer.from(letter)],
  ['utf-16le', Buffer.from(`a,b\n${letter}`, 'utf16le')],
])('encoding: auto finds %s and says so', async (encoding, bytes) => {
  const intake = await openIntake(
    source(
      'path: input/o.csv\n    format: {type: csv, encoding: auto, header: false}',
      'a: VARCHAR, b: VARCHAR',
    ),
  )
  await intake.write('input/o.csv', bytes)
  await intake.extract()
  expect(intake.said.join('\n')).toContain(`o.csv: encoding ${encoding} detected: `)
  const [load] = (await intake.landing('broker', 'orders')).filter((name) => name.startsWith('0'))
  expect(await intake.manifest('broker', 'orders', load as string)).toMatchObject({ input: { encoding } })
})

test('an encoding that is not clear is a fault that names what it may be', async () => {
  const intake = await openIntake(
    source('path: input/o.csv\n    format: {type: csv, encoding: auto}', 'a: VARCHAR'),
  )
  await intake.write('input/o.csv', Buffer.from([0x61, 0x0a, 0xb0, 0xa1, 0x0a]))
  await expect(intake.extract()).rejects.toThrow(
    /encoding is not clear: it may be gb18030[\s\S]*o\.csv[\s\S]*Declare it/,
  )
})

test('keys of a format that it does not have, and a fixed-width column without a width', async () => {
  const faults: { what: string }[] = []
  const text = source('path: a.txt\n    format: {type: fixed, delimiter: ","}', 'a: VARCHAR').broker
  readSource('sources/a.yaml', text, faults)
  readSource('sources/a.yaml', text.replace(', delimiter: ","', ''), faults)
  expect(faults.map(({ what }) => what).join('\n')).toMatch(
    /a fixed file has none[\s\S]*column 'a' of a fixed-width file has no width/,
  )
})
