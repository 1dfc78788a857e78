import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSheet } from 'read-excel-file/node'
import { expect, test } from 'vitest'
import { dateOf } from '../../data/demo/simulate/calendar.ts'
import { type Fate, invoiceOf, type Licence, type ListRow, licences } from '../../data/demo/simulate/lists.ts'
import { makeWorld } from '../../data/demo/simulate/world.ts'

const world = makeWorld({ seed: 21, population: 2000 })
const [gifts, expo, households] = world.listFiles.map(({ bytes }) => bytes) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
]
const rowsOf = (list: number): ListRow[] => world.lists.lists[list] as ListRow[]
const personOf = (row: ListRow) => world.people[row.person] as (typeof world.people)[number]

test('gift buyers: GBK, Chinese headers, one line a name, two of them torn', () => {
  const lines = new TextDecoder('gbk', { fatal: true }).decode(gifts).trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/^序号,姓名,性别,出生日期,手机号/)
  expect(lines.length - 1).toBe(rowsOf(0).length)
  const fields = lines.map((line) => line.split(',').length)
  expect(fields.filter((count) => count === 15)).toHaveLength(2)
  expect(fields.every((count) => count === 14 || count === 15)).toBe(true)
  // It is not UTF-8.
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(gifts)).toThrow()
})

test('expo visitors: a workbook with a title over the header, numbers and dates as such', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'expo-')), 'expo.xlsx')
  await writeFile(file, expo)
  const rows = (await readSheet(file, 'Visitors')) as unknown[][]
  const header = rows.findIndex((row) => row[0] === 'Ref')
  expect(header).toBe(2)
  expect(rows.length - 3).toBe(rowsOf(1).length)
  const body = rows.slice(3)
  expect(body.filter((row) => row[4] instanceof Date).length).toBeGreaterThan(body.length * 0.35)
  expect(body.filter((row) => typeof row[5] === 'number').length).toBeGreaterThan(body.length * 0.8)
  expect(body.filter((row) => /[\u4e00-\u9fff]/.test(String(row[2]))).length).toBeGreaterThan(
    body.length * 0.4,
  )
})

test('households: pipes, Latin-1, dates day first', () => {
  const lines = new TextDecoder('windows-1252').decode(households).trimEnd().split('\r\n')
  expect(lines[0]?.split('|')).toHaveLength(17)
  expect(lines.length - 1).toBe(rowsOf(2).length)
  expect(lines.every((line) => line.split('|').length === 17)).toBe(true)
  expect(lines.some((line) => /Zoë|Siân|Renée|Chloë/.test(line))).toBe(true)
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(households)).toThrow()
  expect(lines.filter((line) => /\|\d{2}\/\d{2}\/\d{4}\|/.test(line)).length).toBeGreaterThan(
    lines.length * 0.5,
  )
})

test('every row has one fate, and the fates are what the facts say', () => {
  rowsOf(0).forEach((row, i) => {
    expect(row.row).toBe(i + 1)
  })
  world.lists.lists.forEach((rows, list) => {
    const { delivered } = licences[list] as Licence
    const seen = new Set<number>()
    for (const row of rows) {
      const person = personOf(row)
      const facts: Partial<Record<Fate, boolean>> = {
        reject: row.noAddress || row.undeliverable,
        opt_out:
          row.optedOut ||
          world.lists.suppressions.some((entry) => entry.person === row.person && entry.kind === 'opt_out'),
        minor: person.birth > delivered - 18 * 365.25,
        own_seed: world.lists.ownSeeds.includes(row.person),
        duplicate: seen.has(row.person),
        house: person.joined >= 0 && person.joined < delivered,
        net: !row.noAddress && !row.undeliverable && !row.optedOut && !seen.has(row.person),
      }
      if (row.fate in facts) expect(facts[row.fate], `${list} ${row.row} ${row.fate}`).toBe(true)
      if (row.fate === 'net')
        expect([facts.minor, facts.own_seed, facts.house], `${list} ${row.row}`).toEqual([
          false,
          false,
          false,
        ])
      seen.add(row.person)
    }
    const share = (fate: Fate) => rows.filter((row) => row.fate === fate).length / rows.length
    expect(share('net')).toBeGreaterThan(0.68)
    expect(share('house')).toBeGreaterThan(0.04)
    expect(share('duplicate')).toBeGreaterThan(0.02)
    for (const fate of ['reject', 'opt_out', 'minor', 'own_seed'] as const)
      expect(share(fate), fate).toBeGreaterThan(0)
    expect(rows.filter(({ ownerSeed }) => ownerSeed)).toHaveLength(6)
    // The owner's decoys are nobody the firm could know.
    expect(rows.filter((row) => row.ownerSeed && (personOf(row).joined >= 0 || row.fate !== 'net'))).toEqual(
      [],
    )
  })
})

test('lists overlap, the expo’s with both others', () => {
  const on = [0, 1, 2].map((list) => new Set(rowsOf(list).map(({ person }) => person)))
  const common = (a: number, b: number) =>
    [...(on[a] as Set<number>)].filter((person) => on[b]?.has(person)).length
  expect(common(0, 1)).toBeGreaterThan(20)
  expect(common(1, 2)).toBeGreaterThan(5)
})

test('minors can be seen to be minors: their date of birth is delivered', () => {
  const minors = rowsOf(2).filter(({ fate }) => fate === 'minor')
  const lines = new TextDecoder('windows-1252').decode(households).trimEnd().split('\r\n')
  expect(minors.length).toBeGreaterThan(0)
  for (const row of minors) {
    const born = dateOf(personOf(row).birth).split('-').reverse().join('/')
    expect(lines[row.row]).toContain(`|${born}|`)
  }
})

test('list campaigns keep to the window, and nobody is mailed twice', () => {
  const { contacts } = world.prospecting
  for (const { campaign } of contacts) {
    const { mailFrom, mailUntil } = licences[campaign.list] as Licence
    expect(campaign.day).toBeGreaterThanOrEqual(mailFrom)
    expect(campaign.day).toBeLessThanOrEqual(mailUntil)
  }
  expect(new Set(contacts.map(({ row }) => row.person)).size).toBe(contacts.length)
  expect(contacts.every(({ row }) => row.fate === 'net' || row.fate === 'house')).toBe(true)
})

// domain.md: 100,000 gross at 100 a thousand, floor 85 %, run charge 3 a thousand.
test.each([
  [91_000, 9127],
  [80_000, 8545],
])('an invoice for %i net names of 100,000 asks %f', (net, amount) => {
  const licence = {
    ...(licences[1] as Licence),
    pricePerThousand: 100,
    floorShare: 0.85,
    runCharge: 3,
    selects: 0,
  }
  const rows = Array.from({ length: 100_000 }, (_, i) => ({ fate: i < net ? 'net' : 'house' }) as ListRow)
  expect(invoiceOf(licence, rows)).toBe(amount)
})
