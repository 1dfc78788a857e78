import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { draftContract } from '../../pipelines/draft/draft.ts'
import { initProject } from '../../pipelines/draft/init.ts'
import { catalogue, extract } from '../../pipelines/extract/extract.ts'
import { openProject } from '../../pipelines/project.ts'
import { encode } from '../extract/encode.ts'
import { type Intake, openIntake } from '../intake.ts'

async function draft(intake: Intake, from: string, table?: string): Promise<string> {
  const project = await openProject(intake.dir)
  const options = { source: 'drafted', table, asOf: '2024-03-01' }
  return draftContract(project, join(intake.dir, from), options, { extract, catalogue })
}

/** The draft as it stands takes in what it was drafted from. */
async function takesIn(intake: Intake, yaml: string, tables: number): Promise<Record<string, unknown>[]> {
  await intake.write('sources/drafted.yaml', yaml)
  const loaded = await intake.night()
  expect(loaded).toHaveLength(tables)
  for (const { read, loaded: rows, quarantined } of loaded) {
    expect(rows).toBe(read)
    expect(quarantined).toBe(0)
  }
  return loaded as never
}

const lines = (yaml: string) => yaml.split('\n').map((line) => line.trim())

test('a Chinese list in GBK: names, types, dates in two forms, personal marks; the draft takes the list in', async () => {
  const intake = await openIntake({})
  const rows = Array.from(
    { length: 30 },
    (_, i) =>
      `${i + 1},王${i},${i % 2 ? '女' : '男'},${i % 3 ? '1980-02-13' : '1980/12/23'},1380013${8000 + i},ann${i}@example.com,上海,0${1000 + i},${i}.50,${i % 2 ? '是' : '否'}`,
  )
  const text = `序号,姓名,性别,出生日期,手机号,邮箱,城市,邮编,金额,退订\n${rows.join('\n')}\n`
  await intake.write('input/名单.csv', encode(text, 'gb18030'))
  const yaml = await draft(intake, 'input/名单.csv', 'names')
  expect(lines(yaml)).toEqual(
    expect.arrayContaining([
      'format: {type: csv, encoding: gb18030}',
      'key: [row_no]',
      'row_no: {type: INTEGER, from: 序号, not_null: true}',
      'full_name: {type: VARCHAR, from: 姓名, not_null: true, pii: direct}',
      'sex: {type: VARCHAR, from: 性别, not_null: true, pii: indirect}',
      'birth_date: {type: DATE, from: 出生日期, not_null: true, format: ["%Y-%m-%d", "%Y/%m/%d"], pii: direct}',
      'mobile: {type: VARCHAR, from: 手机号, not_null: true, pii: direct}',
      'postcode: {type: VARCHAR, from: 邮编, not_null: true, pii: indirect}',
      'amount: {type: "DECIMAL(18,4)", from: 金额, not_null: true}',
      'opted_out: {type: VARCHAR, from: 退订, not_null: true, enum: [否, 是]}',
    ]),
  )
  await takesIn(intake, yaml, 1)
  expect(await intake.rows('select birth_date, amount from raw.names where row_no = 1')).toEqual([
    { birth_date: '1980-12-23', amount: 0.5 },
  ])
})

test('a broker’s file: title lines, bars, Latin-1, leading zeros, shapes that give people away, doubtful dates', async () => {
  const intake = await openIntake({})
  const rows = Array.from(
    { length: 20 },
    (_, i) =>
      `00${i}|José ${i}|+44 20 7946 0${100 + i}|0${(i % 9) + 1}/0${(i % 9) + 1}/2024|${i === 3 ? '' : i}|true`,
  )
  await intake.write(
    'input/broker.txt',
    encode(`Broker & Sons\nAugust\nRef|Full Name|Line|Sent|Score|Ok\n${rows.join('\n')}\n`, 'latin1'),
  )
  const yaml = await draft(intake, 'input/broker.txt')
  expect(lines(yaml)).toEqual(
    expect.arrayContaining([
      'broker:',
      'path: input/broker.txt',
      "format: {type: csv, delimiter: '|', encoding: latin1, skip: 2}".replaceAll("'", '"'),
      'ref: {type: VARCHAR, from: Ref, not_null: true}',
      'line: {type: VARCHAR, from: Line, not_null: true, pii: direct}',
      'sent: {type: DATE, from: Sent, not_null: true, format: "%d/%m/%Y"} # or %m/%d/%Y: every value fits both',
      'score: {type: INTEGER, from: Score}',
      'ok: {type: BOOLEAN, from: Ok, not_null: true}',
    ]),
  )
  await takesIn(intake, yaml, 1)
})

test('every table of a database, with its declared keys; an empty one is said and left out', async () => {
  const intake = await openIntake({})
  intake.sqlite(
    'input/shop.sqlite',
    'create table OrderLines (order_id integer, line integer, "Net Price" real, primary key (order_id, line))',
    'insert into OrderLines values (1, 1, 2.5), (1, 2, null)',
    'create table later (id integer)',
  )
  const yaml = await draft(intake, 'input/shop.sqlite')
  expect(yaml).toContain('kind: sqlite\npath: input/shop.sqlite\n')
  expect(lines(yaml)).toEqual(
    expect.arrayContaining([
      'order_lines:',
      'table: OrderLines',
      'key: [order_id, line]',
      'net_price: {type: "DECIMAL(18,4)", from: Net Price}',
      '# later: nothing is there yet; draft it again once there is',
    ]),
  )
  await takesIn(intake, yaml, 1)
  await expect(draft(intake, 'input/shop.sqlite', 'OrderLine')).rejects.toThrow(
    /has no table 'OrderLine'[\s\S]*OrderLines/,
  )
})

test('init starts a project that opens, and never writes over one', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-init-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const { files } = await initProject(join(dir, 'My Firm'))
  expect(files).toContain('clientele.config.ts')
  const project = await openProject(join(dir, 'My Firm'))
  expect(project.config.name).toBe('my-firm')
  expect((await readdir(project.dir)).sort()).toEqual([
    '.gitignore',
    'clientele.config.ts',
    'input',
    'sources',
    'sql',
  ])
  await expect(initProject(join(dir, 'My Firm'))).rejects.toThrow(/is a project already/)
})
