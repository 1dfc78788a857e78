import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { unpackingOf } from '../../pipelines/extract/files/unpacking.ts'
import { type Intake, openIntake } from '../intake.ts'
import { rawWorkbook } from './workbook.ts'
import { zip } from './zip.ts'

const source = (format: string) => ({
  broker: `
kind: files
tables:
  people:
    path: input/people
    format: ${format}
    reject_limit: {share: 1}
    columns: {id: {type: VARCHAR, optional: true}, name: {type: VARCHAR, optional: true}}
`,
})

const refused = async (intake: Intake, bytes: string | Uint8Array, told: RegExp) => {
  await intake.write('input/people', bytes)
  await expect(intake.extract()).rejects.toThrow(told)
  expect((await intake.landing('broker', 'people')).filter((name) => !name.startsWith('.'))).toEqual([])
}
const mega = 1 << 20

test('what unpacks beyond all measure is stopped; what a large file unpacks to is not', () => {
  const small = unpackingOf('bomb.gz', 1000)
  small(1 << 30)
  expect(() => small(1)).toThrow('unpacks to more than 250 times its length')
  const large = unpackingOf('year.gz', 100 * mega)
  for (let i = 0; i < 20; i++) large(1 << 30)
})

test('how far a file may unpack is for its contract to say, whatever it is packed in', async () => {
  const text = `id,name\n${'1,Ann\n'.repeat(5000)}`
  const tight = await openIntake(source('{type: csv, unpacks: 0.9}'))
  for (const packed of [gzipSync(text), zip({ 'people.csv': text })])
    await refused(tight, packed, /unpacks to more than 0.9 times its length[\s\S]*unpacks: …/)
  const book = rawWorkbook({ rows: '<row><c><v>1</v></c></row>'.repeat(20_000) })
  await refused(
    await openIntake(source('{type: xlsx, unpacks: 0.9}')),
    book,
    /unpacks to more than 0.9 times/,
  )
  const wide = await openIntake(source('{type: csv, unpacks: 1000}'))
  await wide.write('input/people', gzipSync(text))
  expect(await wide.night()).toMatchObject([{ read: 5000, loaded: 5000 }])
})

test('zips that point outside of themselves, or name a member as no file is named, are refused; a long name is not', async () => {
  const intake = await openIntake(source('{type: csv}'))
  const files = { 'a.csv': 'id,name\n1,Ann\n' }
  const wide = zip(files, { zip64: true })
  const end = wide.indexOf('PK\x06\x06')
  const outside = 0x7f_ff_ff_ff_ff_ff_ff_ffn
  // The directory, the end of it, and the member.
  for (const at of [end + 48, wide.indexOf('PK\x06\x07') + 8, end - 8]) {
    const damaged = Buffer.from(wide)
    damaged.writeBigUInt64LE(outside, at)
    await refused(intake, damaged, /zip is damaged/)
  }
  await refused(intake, zip({ 'a\0b.csv': 'id,name\n1,2,3\n' }), /a member has a name that is none/)
  await intake.write('input/people', zip({ [`${'长'.repeat(300)}.csv`]: 'id,name\n1,2,3\n4,Di\n' }))
  expect(await intake.night()).toMatchObject([{ read: 2, loaded: 1, quarantined: 1 }])
})

test('workbooks made to fill the memory are refused', async () => {
  const intake = await openIntake(source('{type: xlsx}'))
  const unreadable = /not readable as a workbook/
  const entities = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><Relationships a="&b;"/>'
  await refused(intake, zip({ '[Content_Types].xml': '<Types/>', '_rels/.rels': entities }), unreadable)
  await refused(intake, rawWorkbook({ rows: '<a>'.repeat(200) }), /nested too deep/)
  const long = `<row><c t="inlineStr"><is><t>${'x'.repeat(17 * mega)}</t></is></c></row>`
  await refused(intake, rawWorkbook({ rows: long }), /a part of it is too long/)
})

test('a cell far to the right makes its row ragged, and is told by its column', async () => {
  const intake = await openIntake(source('{type: xlsx}'))
  const text = (letters: string) => `<c t="inlineStr"><is><t>${letters}</t></is></c>`
  const rows = `<row>${text('id')}${text('name')}</row><row>${text('1')}<c r="XFD2"><v>7</v></c></row><row>${text('2')}</row>`
  await intake.write('input/people', rawWorkbook({ rows }))
  expect(await intake.night()).toMatchObject([{ read: 2, loaded: 1, quarantined: 1 }])
  const [bad] = await intake.rows<{ record: string }>('select record from quarantine.people')
  expect(JSON.parse(bad?.record as string)).toMatchObject({ text: '1\t16384: 7' })
})

test('JSON: nested beyond reading or no object, a line is kept apart even where no other is sound; endless ones are refused', async () => {
  const lines = await openIntake(source('{type: ndjson}'))
  await lines.write('input/people', `{"id":${'['.repeat(2000)}1.5${']'.repeat(2000)}}\nnothing\n`)
  expect(await lines.night()).toMatchObject([{ read: 2, loaded: 0, quarantined: 2 }])
  const more = await openIntake(source('{type: ndjson}'))
  await refused(more, `{"id":"${'x'.repeat(17 * mega)}"}\n`, /line 1 is longer than 16 MB/)
  const document = await openIntake(source('{type: json, records: data}'))
  await refused(document, `{"data":[{"id":"${'x'.repeat(18 * mega)}`, /holds a value of more than 16 MB/)
  await document.write('input/people', `{"other":[${'1,'.repeat(mega)}1],"data":[{"id":1}]}`)
  expect(await document.night()).toMatchObject([{ read: 1, loaded: 1 }])
})

test('delimited text: as many columns as no table has are refused in the header and ragged in a record', async () => {
  const intake = await openIntake(source('{type: csv}'))
  await refused(intake, `${'a,'.repeat(20_000)}id\n1,2\n`, /the header has more than 16,384 columns/)
  const commas = ','.repeat(100_000)
  // Delimiters that end a line are no fault, whoever reads the file: the engine, or we where a record is ragged.
  await intake.write('input/people', `id,name\n1,Ann\n2,Bo${commas}\n`)
  expect(await intake.night()).toMatchObject([{ read: 2, loaded: 2 }])
  const ragged = await openIntake(source('{type: csv}'))
  await ragged.write('input/people', `id,name\n1,Ann\n2,Bo${commas}\n${commas}x\n`)
  expect(await ragged.night()).toMatchObject([{ read: 3, loaded: 2, quarantined: 1 }])
})

test('only carriage returns end the lines, and one column is all there is', async () => {
  const intake = await openIntake(source('{type: csv}'))
  await intake.write('input/people', `id\r${'7\r'.repeat(50_000)}"8\r9"`)
  expect(await intake.night()).toMatchObject([{ read: 50_001, loaded: 50_001 }])
})
