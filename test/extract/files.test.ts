import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { openIntake } from '../intake.ts'
import { encode } from './encode.ts'
import { workbook } from './workbook.ts'

/** A source of one table of people, with what the test says of its file. */
const people = (
  file: string,
  columns = 'name: {type: VARCHAR, from: 姓名}, city: {type: VARCHAR, from: 城市}',
) => ({
  broker: `
kind: files
tables:
  people:
    ${file}
    reject_limit: {share: 1}
    columns: {${columns}}
`,
})

const latin = 'name: VARCHAR, city: VARCHAR'

test.each([
  ['gbk', 'gb18030', '姓名,城市\n张伟,北京\n"王, 芳","上\n海"\n'],
  ['gb18030', 'gb18030', '姓名,城市\n张伟,北京\n"王, 芳","上\n海"\n'],
  ['big5', 'big5', '姓名,城市\n張偉,北京\n"王, 芳","上\n海"\n'],
  ['shift-jis', 'shift_jis', '姓名,城市\n張偉,北京\n"王, 芳","上\n海"\n'],
])('%s is read as people wrote it', async (encoding, label, text) => {
  const intake = await openIntake(
    people(`path: input/people.csv\n    format: {type: csv, encoding: ${encoding}}`),
  )
  await intake.write('input/people.csv', encode(text, label))
  expect(await intake.night()).toMatchObject([{ read: 2, loaded: 2 }])
  expect(await intake.rows('select name, city from raw.people order by _row')).toEqual([
    { name: text.slice(6, 8), city: '北京' },
    { name: '王, 芳', city: '上\n海' },
  ])
})

test('UTF-8 with and without a byte order mark, UTF-16, gzip, and every kind of line end', async () => {
  const text = '姓名,城市\n张伟,北京\n李娜,\n'
  const files: [string, Uint8Array][] = [
    ['utf-8', Buffer.from(text)],
    ['utf-8', Buffer.from(`\uFEFF${text}`)],
    ['utf-16le', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['utf-8', gzipSync(text)],
    ['utf-8', gzipSync(`\uFEFF${text}`)],
    ['gbk', gzipSync(encode(text, 'gb18030'))],
    ['utf-8', Buffer.from(text.replaceAll('\n', '\r\n'))],
    ['utf-8', Buffer.from(text.replaceAll('\n', '\r'))],
    ['utf-8', Buffer.from(text.replace('\n', '\r\n'))],
    ['utf-8', Buffer.from(text.slice(0, -1))],
  ]
  for (const [encoding, bytes] of files) {
    const intake = await openIntake(
      people(`path: input/people.csv\n    format: {type: csv, encoding: ${encoding}}`),
    )
    await intake.write('input/people.csv', bytes)
    await intake.night()
    expect(await intake.rows('select name, city, _row from raw.people order by _row')).toEqual([
      { name: '张伟', city: '北京', _row: 1 },
      { name: '李娜', city: null, _row: 2 },
    ])
  }
})

test('a pipe-separated Latin-1 file without quoting, with lines before its header', async () => {
  const intake = await openIntake(
    people(
      "path: input/people.txt\n    format: {type: csv, delimiter: '|', quote: '', encoding: latin1, skip: 2, nulls: [N/A]}",
      latin,
    ),
  )
  await intake.write(
    'input/people.txt',
    encode('Crown lists\n"March\nname|city\nJosé "Pepe|Málaga\nZoë|N/A\n', 'windows-1252'),
  )
  await intake.night()
  expect(await intake.rows('select name, city from raw.people order by _row')).toEqual([
    { name: 'José "Pepe', city: 'Málaga' },
    { name: 'Zoë', city: null },
  ])
})

test('a file without a header takes its columns from the contract, in order', async () => {
  const intake = await openIntake(
    people('path: input/people.tsv\n    format: {type: csv, delimiter: "\\t", header: false}', latin),
  )
  await intake.write('input/people.tsv', 'Ann\tLeeds\nBo\tYork\n')
  await intake.night()
  expect(await intake.rows('select name, city from raw.people order by _row')).toEqual([
    { name: 'Ann', city: 'Leeds' },
    { name: 'Bo', city: 'York' },
  ])
})

test('records that cannot be split or decoded are kept with line, reason and text, and the others with their position', async () => {
  const intake = await openIntake(people('path: input/people.csv\n    format: {type: csv}', latin))
  const lines = [
    'name,city',
    'Ann,Leeds',
    'Bo',
    'Cy,York,too many',
    '',
    '"Di ""D""","a',
    'b"',
    '"Ed"x,Ayr',
    'Flo,"never closed',
    'Gus,Bath',
    'H\u00ffd,Rye',
    '"Ian","Wells"',
  ]
  const bytes = Buffer.from(lines.join('\n'), 'latin1')
  await intake.write('input/people.csv', bytes)
  expect(await intake.night()).toMatchObject([{ read: 9, loaded: 4, quarantined: 5 }])
  expect(await intake.rows('select name, city, _row from raw.people order by _row')).toEqual([
    { name: 'Ann', city: 'Leeds', _row: 1 },
    { name: 'Di "D"', city: 'a\nb', _row: 4 },
    { name: 'Gus', city: 'Bath', _row: 7 },
    { name: 'Ian', city: 'Wells', _row: 9 },
  ])
  const kept = await intake.rows<{ reason: string; _row: number; record: string }>(
    'select reason, _row, record from quarantine.people order by _row',
  )
  expect(kept.map(({ reason, _row, record }) => [reason, _row, JSON.parse(record)])).toEqual([
    ['ragged', 2, { line: 3, text: 'Bo' }],
    ['ragged', 3, { line: 4, text: 'Cy,York,too many' }],
    ['quote', 5, { line: 8, text: '"Ed"x,Ayr' }],
    ['quote', 6, { line: 9, text: 'Flo,"never closed' }],
    ['encoding', 8, { line: 11, text: 'H\uFFFDd,Rye' }],
  ])
  expect(intake.said).toContain(
    'broker.people: people.csv: 1 record holds bytes that are not of the encoding; quarantined',
  )
  // What could not be read is kept byte for byte.
  const [load] = (await intake.landing('broker', 'people')).filter((name) => name.startsWith('0'))
  const { readFile } = await import('node:fs/promises')
  const original = await readFile(
    join(intake.dir, 'var/landing/broker/people', load as string, 'delivered-people.csv'),
  )
  expect(original.equals(bytes)).toBe(true)
})

test('bytes that no letter of the encoding has are not replaced in silence', async () => {
  const intake = await openIntake(people('path: input/people.csv\n    format: {type: csv, encoding: gbk}'))
  const [head, good, more] = ['姓名,城市\n', '张伟,北京\n', '李娜,天津\n'].map((line) =>
    encode(line, 'gb18030'),
  ) as [Buffer, Buffer, Buffer]
  await intake.write(
    'input/people.csv',
    Buffer.concat([head, good, Buffer.from([0x80, 0xff, 0x2c, 0x41, 0x0a]), more]),
  )
  expect(await intake.night()).toMatchObject([{ read: 3, loaded: 2, quarantined: 1 }])
  expect(await intake.rows('select reason, _row from quarantine.people')).toEqual([
    { reason: 'encoding', _row: 2 },
  ])
})

test('the same file is skipped, under its own name and under another', async () => {
  const intake = await openIntake(
    people('pattern: input/*.csv\n    delivery: append\n    format: {type: csv}', latin),
  )
  await intake.write('input/a.csv', 'name,city\nAnn,Leeds\n')
  expect(await intake.extract()).toMatchObject([{ landed: 1 }])
  expect(await intake.extract()).toMatchObject([{ landed: 0, skipped: 'the same files have landed before' }])
  await rename(join(intake.dir, 'input/a.csv'), join(intake.dir, 'input/b.csv'))
  await intake.write('input/c.csv', 'city,name\nYork,Bo\n')
  expect(await intake.extract()).toMatchObject([{ landed: 1 }])
  expect(intake.said).toContain('broker.people: b.csv has landed before, skipped')
  await intake.load()
  expect(await intake.rows('select name, city from raw.people order by name')).toEqual([
    { name: 'Ann', city: 'Leeds' },
    { name: 'Bo', city: 'York' },
  ])
})

test('a file read by a wrong encoding is read again once the contract is mended, in place of the first reading', async () => {
  const file = 'pattern: input/*.csv\n    delivery: append\n    format: {type: csv, encoding: latin1}'
  const intake = await openIntake(people(file, 'name: VARCHAR, city: VARCHAR'))
  await intake.write('input/a.csv', encode('name,city\n张伟,北京\n', 'gb18030'))
  await intake.night()
  expect(await intake.rows('select name from raw.people')).not.toEqual([{ name: '张伟' }])
  await intake.write(
    'sources/broker.yaml',
    people(file.replace('latin1', 'gbk'), 'name: VARCHAR, city: VARCHAR').broker,
  )
  expect(await intake.night()).toMatchObject([{ read: 1, loaded: 1 }])
  expect(await intake.rows('select name, city from raw.people')).toEqual([{ name: '张伟', city: '北京' }])
  expect(intake.said.join('\n')).toMatch(/landed 1 row, in place of 000001-/)
})

test('a gzip file cut short is refused, and nothing of it lands', async () => {
  const intake = await openIntake(people('path: input/people.csv.gz\n    format: {type: csv}', latin))
  const whole = gzipSync(`name,city\n${'Ann,Leeds\n'.repeat(50_000)}`)
  await intake.write('input/people.csv.gz', whole.subarray(0, whole.length - 40))
  await expect(intake.extract()).rejects.toThrow(/gzip file is damaged or incomplete[\s\S]*people\.csv\.gz/)
  expect(await intake.landing('broker', 'people')).toEqual([])
  await intake.write('input/people.csv.gz', whole)
  expect(await intake.extract()).toMatchObject([{ landed: 50_000 }])
})

test('a workbook: its sheet, its title rows, its dates and its long numbers', async () => {
  const columns =
    'name: {type: VARCHAR, from: Name}, born: {type: DATE, from: Born}, seen: {type: TIMESTAMP, from: Seen}, phone: {type: VARCHAR, from: Phone}, score: {type: DOUBLE, from: Score}, opted_out: {type: BOOLEAN, from: Out}'
  const intake = await openIntake(
    people('path: input/people.xlsx\n    format: {type: xlsx, sheet: Names, skip: 2}', columns),
  )
  await intake.write(
    'input/people.xlsx',
    workbook({
      Cover: [['Harbour Lists Ltd']],
      Names: [
        ['Harbour Lists Ltd'],
        [],
        ['Name', 'Born', 'Seen', 'Phone', 'Score', 'Out'],
        [
          ' 张 "San"\n',
          new Date('1988-02-29'),
          new Date('2024-01-31T23:59:30Z'),
          13_800_138_000,
          0.1 + 0.2,
          true,
        ],
        [],
        ['Bo', null, null, '+44 20 7946 0000', 1e-7, false],
        ['Cy', null, null, null, null, null, 'beside the table'],
      ],
    }),
  )
  expect(await intake.night()).toMatchObject([{ read: 3, loaded: 2, quarantined: 1 }])
  expect(await intake.rows('select * exclude (_load_id) from raw.people order by _row')).toEqual([
    {
      name: ' 张 "San"\n',
      born: '1988-02-29',
      seen: '2024-01-31 23:59:30',
      phone: '13800138000',
      score: 0.3,
      opted_out: true,
      _row: 1,
    },
    { name: 'Bo', born: null, seen: null, phone: '+44 20 7946 0000', score: 1e-7, opted_out: false, _row: 2 },
  ])
  const [bad] = await intake.rows<{ reason: string; record: string }>(
    'select reason, record from quarantine.people',
  )
  expect([bad?.reason, JSON.parse(bad?.record ?? '').line]).toEqual(['ragged', 7])
})

test('a sheet that is not there and a file that is no workbook are told apart', async () => {
  const intake = await openIntake(
    people('path: input/people.xlsx\n    format: {type: xlsx, sheet: Names}', latin),
  )
  await intake.write('input/people.xlsx', workbook({ Cover: [['name', 'city']] }))
  await expect(intake.extract()).rejects.toThrow(/Names/)
  await intake.write('input/people.xlsx', 'name,city\n')
  await expect(intake.extract()).rejects.toThrow(/not readable as a workbook[\s\S]*people\.xlsx/)
})

test('columns: a missing one is a fault with the nearest name, an optional one is null, an unknown one as the contract says', async () => {
  const file = 'path: input/people.csv\n    format: {type: csv}'
  const intake = await openIntake(people(file, 'name: VARCHAR, town: VARCHAR'))
  await intake.write('input/people.csv', 'Name ,twon,,extra,extra\nAnn,Leeds,1,2,3\n')
  await expect(intake.extract()).rejects.toThrow(/people\.csv has no column 'town'[\s\S]*Did you mean twon\?/)
  const mend = (text: string) => intake.write('sources/broker.yaml', people(file, text).broker)
  await mend('name: VARCHAR, town: {type: VARCHAR, optional: true}')
  await intake.night()
  expect(await intake.rows('select name, town from raw.people')).toEqual([{ name: 'Ann', town: null }])
  expect(intake.said).toContain(
    'broker.people: not in the contract, kept in landing only: twon, column_3, extra, extra_2',
  )
  await intake.write(
    'sources/broker.yaml',
    people(`${file}\n    unknown_columns: evolve`, 'name: VARCHAR').broker,
  )
  await intake.night()
  expect(await intake.rows('select * exclude (_load_id, _row) from raw.people')).toEqual([
    { name: 'Ann', twon: 'Leeds', column_3: '1', extra: '2', extra_2: '3' },
  ])
  await intake.write(
    'sources/broker.yaml',
    people(`${file}\n    unknown_columns: freeze`, 'name: VARCHAR').broker,
  )
  await intake.write('input/people.csv', 'name,extra\nAnn,2\n')
  await expect(intake.extract()).rejects.toThrow(/unknown column 'extra'/)
})

test('where an input is looked for: the environment first, then the folder; else a usage error says where to get it', async () => {
  const source = people('path: [env:PEOPLE, input/people.csv]\n    format: {type: csv}', latin).broker
  const intake = await openIntake({ broker: `missing: Ask the broker for it.${source}` })
  await expect(intake.extract()).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/\$PEOPLE, input\/people\.csv[\s\S]*Ask the broker for it\./),
  })
  await intake.write('input/people.csv', 'name,city\nAnn,Leeds\n')
  await intake.write('elsewhere.csv', 'name,city\nBo,York\n')
  intake.env = { PEOPLE: join(intake.dir, 'elsewhere.csv') }
  await intake.night()
  expect(await intake.rows('select name from raw.people')).toEqual([{ name: 'Bo' }])
})
