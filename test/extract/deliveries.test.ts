import { mkdir, readdir, rename, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { type Intake, openIntake } from '../intake.ts'
import { hasGpg, openKeyRing } from './gpg.ts'
import { type SftpServer, serveSftp } from './sftp-server.ts'
import { zip } from './zip.ts'

const source = (lines: string, head = '') => ({
  broker: `
kind: files
${head}
tables:
  people:
    ${lines}
    columns: {name: VARCHAR, city: VARCHAR}
`,
})

const csv = (...rows: string[]) => `name,city\n${rows.join('\n')}\n`
const people = (intake: Intake) => intake.rows('select name, city from raw.people order by name')

test('a zip of one member, plain or packed, of 64 bits or not; its own files of a Macintosh do not count', async () => {
  for (const options of [{}, { deflate: true }, { zip64: true }, { zip64: true, deflate: true }]) {
    const intake = await openIntake(source('path: input/people.zip\n    format: {type: csv}'))
    await intake.write(
      'input/people.zip',
      zip({ 'out/people.csv': csv('Ann,Leeds'), '__MACOSX/._people.csv': 'x' }, options),
    )
    await intake.night()
    expect(await people(intake)).toEqual([{ name: 'Ann', city: 'Leeds' }])
    const [load] = (await intake.landing('broker', 'people')).filter((name) => name.startsWith('0'))
    expect(await intake.manifest('broker', 'people', load as string)).toMatchObject({
      input: { name: 'people.zip/out/people.csv' },
    })
  }
})

test('a pattern of members: each is a delivery of its own, and known again in another zip', async () => {
  const intake = await openIntake(
    source("pattern: input/*.zip\n    delivery: append\n    format: {type: csv, member: 'p-*.csv'}"),
  )
  const [one, two] = [csv('Ann,Leeds'), csv('Bo,York')]
  await intake.write('input/a.zip', zip({ 'p-2.csv': two, 'p-1.csv': one, 'readme.txt': 'hello' }))
  expect(await intake.extract()).toMatchObject([{ landed: 2 }])
  await intake.write(
    'input/b.zip',
    zip({ 'p-9.csv': two, 'p-3.csv': gzipSync(csv('Cy,Bath')) }, { deflate: true }),
  )
  expect(await intake.night()).toMatchObject([{ loaded: 3 }])
  expect(intake.said).toContain('broker.people: b.zip/p-9.csv has landed before, skipped')
})

test('zips that cannot be taken in say why: which member, encrypted, damaged, cut short', async () => {
  const intake = await openIntake(source('path: input/people.zip\n    format: {type: csv}'))
  const files = { 'a.csv': csv('Ann,Leeds'), 'b.csv': csv('Bo,York') }
  const packed = zip({ 'a.csv': csv('Ann,Leeds', ...Array.from({ length: 100 }, () => 'Bo,York')) })
  const damaged = Buffer.from(packed)
  damaged[60] = 0x58
  for (const [bytes, told] of [
    [zip(files), /the zip has 2 members[\s\S]*people\.zip[\s\S]*It has: a\.csv, b\.csv/],
    [
      zip({ 'a.csv': 'x' }, { deflate: true, encrypted: true }),
      /a\.csv in the zip is encrypted[\s\S]*people\.zip/,
    ],
    [damaged, /the zip is damaged or incomplete: a\.csv fails its checksum/],
    [packed.subarray(0, 400), /the zip is damaged or incomplete/],
  ] as const) {
    await intake.write('input/people.zip', bytes)
    await expect(intake.extract()).rejects.toThrow(told)
    expect((await intake.landing('broker', 'people')).filter((name) => !name.startsWith('.'))).toEqual([])
  }
})

test('a folder, and what is still being written: by its name, and by how short a time it has lain still', async () => {
  const intake = await openIntake(
    source('path: input/drop\n    delivery: append\n    settle: 60\n    format: {type: csv}'),
  )
  for (const [name, text] of [
    ['a.csv', csv('Ann,Leeds')],
    ['b.csv.part', csv('Bo,Yo')],
    ['~$c.csv', 'x'],
  ] as const)
    await intake.write(`input/drop/${name}`, text)
  // The clock of these tests stands at 2024-03-02 03:00.
  const at = async (name: string, time: string) =>
    utimes(join(intake.dir, 'input/drop', name), 0, new Date(time))
  await at('a.csv', '2024-03-02T02:59:30Z')
  await expect(intake.extract()).rejects.toThrow(
    /a\.csv changed while it was read, or is still being written/,
  )
  await at('a.csv', '2024-03-02T02:58:00Z')
  await intake.write('input/drop/d.csv', csv('Di,Ayr'))
  await at('d.csv', '2024-03-02T02:59:59Z')
  expect(await intake.extract()).toMatchObject([{ landed: 1 }])
  for (const name of ['b.csv.part', '~$c.csv', 'd.csv'])
    expect(intake.said).toContain(`broker.people: ${name} is still being written, left for the next run`)
  await at('d.csv', '2024-03-02T01:00:00Z')
  await rename(join(intake.dir, 'input/drop/b.csv.part'), join(intake.dir, 'input/drop/b.csv'))
  await at('b.csv', '2024-03-02T01:00:00Z')
  expect(await intake.night()).toMatchObject([{ loaded: 3 }])
})

test('an empty file: a fault where a header is missing, a delivery of nothing where there is none', async () => {
  for (const format of ['csv', 'xlsx', 'json', 'parquet', 'arrow']) {
    const intake = await openIntake(source(`path: input/f\n    format: {type: ${format}}`))
    await intake.write('input/f', '')
    await expect(intake.extract()).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('input/f'),
    })
  }
  const intake = await openIntake(source('path: input/f\n    delivery: append\n    format: {type: ndjson}'))
  await intake.write('input/f', '')
  expect(await intake.night()).toMatchObject([{ read: 0, loaded: 0 }])
})

test.skipIf(!hasGpg)(
  'a PGP-encrypted file is decrypted by gpg; without its key, and without gpg, it says so',
  async () => {
    const intake = await openIntake(source('pattern: input/*.gpg\n    format: {type: csv}'))
    const { env, encrypt } = openKeyRing(intake.dir)
    await intake.write('people.csv.gz', gzipSync(csv('Ann,Leeds')))
    encrypt(join(intake.dir, 'people.csv.gz'), join(intake.dir, 'input/people.csv.gpg'))
    intake.env = { ...env, GNUPGHOME: join(intake.dir, 'nobody') }
    await mkdir(join(intake.dir, 'nobody'), { mode: 0o700 })
    await expect(intake.extract()).rejects.toThrow(
      /PGP-encrypted for a key that gpg does not have[\s\S]*people\.csv\.gpg/,
    )
    intake.env = { PATH: '/nowhere' }
    await expect(intake.extract()).rejects.toThrow(/gpg is not installed/)
    intake.env = env
    await intake.night()
    expect(await people(intake)).toEqual([{ name: 'Ann', city: 'Leeds' }])
    // Nothing in clear text is left behind.
    expect(
      (await readdir(join(intake.dir, 'var/landing'), { recursive: true })).filter((name) =>
        /clear|plain/.test(name),
      ),
    ).toEqual([])
  },
)

const sftpHead = ({ port, fingerprint }: SftpServer) =>
  `sftp: {host: 127.0.0.1, port: ${port}, user: night, fingerprint: '${fingerprint}', password: env:SFTP_PASSWORD}`

test('SFTP: the host by its key, the password from the environment, files fetched once and left where they are', async () => {
  const files = await openIntake({})
  const server = await serveSftp(files.dir)
  onTestFinished(() => server.close())
  const lines = 'pattern: out/2024-*/p*.csv\n    delivery: append\n    format: {type: csv}'
  const intake = await openIntake(source(lines, sftpHead(server)))
  await files.write('out/2024-03/p1.csv', csv('Ann,Leeds'))
  await files.write('out/2024-03/q.csv', csv('no,no'))
  await files.write('out/2024-02/p2.csv', csv('Bo,York'))
  await files.write('out/2024-02/p3.csv.part', 'x')
  await expect(intake.extract()).rejects.toThrow(/environment variable SFTP_PASSWORD is not set/)
  intake.env = { SFTP_PASSWORD: 'coffee' }
  await expect(intake.extract()).rejects.toThrow(/refuses user night: wrong password or key/)
  intake.env = { SFTP_PASSWORD: 'tea' }
  expect(await intake.night()).toMatchObject([{ loaded: 2 }])
  expect(server.opened).toEqual(['out/2024-02/p2.csv', 'out/2024-03/p1.csv'])
  await files.write('out/2024-03/p4.csv', csv('Cy,Bath'))
  expect(await intake.night()).toMatchObject([{ loaded: 3 }])
  expect(server.opened).toHaveLength(3)
  expect(await readdir(join(files.dir, 'out/2024-03'))).toHaveLength(3)
  await intake.write(
    'sources/broker.yaml',
    source(lines, sftpHead({ ...server, fingerprint: `SHA256:${'A'.repeat(43)}` })).broker,
  )
  await expect(intake.extract()).rejects.toThrow(/shows another key than the contract names: SHA256:/)
})

test('SFTP: a connection lost in the middle leaves nothing, and the next run lands the file', async () => {
  const files = await openIntake({})
  const server = await serveSftp(files.dir)
  onTestFinished(() => server.close())
  const intake = await openIntake(source('path: p.csv\n    format: {type: csv}', sftpHead(server)))
  intake.env = { SFTP_PASSWORD: 'tea' }
  await files.write('p.csv', csv(Array.from({ length: 200_000 }, (_, i) => `n${i},Leeds`).join('\n')))
  server.cutAfter = 20
  await expect(intake.extract()).rejects.toThrow(/p\.csv could not be fetched/)
  expect((await intake.landing('broker', 'people')).filter((name) => !name.startsWith('.'))).toEqual([])
  delete server.cutAfter
  expect(await intake.night()).toMatchObject([{ loaded: 200_000 }])
  server.close()
  const refused = await openIntake(
    source('path: p.csv\n    format: {type: csv}', sftpHead({ ...server, port: 1 })),
  )
  refused.env = { SFTP_PASSWORD: 'tea' }
  await expect(refused.extract()).rejects.toThrow(/127\.0\.0\.1:1 cannot be reached/)
})
