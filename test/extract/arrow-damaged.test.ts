import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Float64, Int32, Table, tableToIPC, vectorFromArray } from 'apache-arrow'
import { expect, onTestFinished, test } from 'vitest'
import { decodeLz4Frame } from '../../pipelines/extract/files/arrow/lz4.ts'
import { readArrow } from '../../pipelines/extract/files/arrow.ts'
import { lz4Feather } from './feather.ts'

/** What the reader makes of a file: its rows as they are handed on. */
async function read(bytes: Uint8Array): Promise<(string | null)[][]> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-arrow-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const path = join(dir, 'people.arrow')
  await writeFile(path, bytes)
  const { columns, parted } = await readArrow(undefined as never, undefined as never, path, dir)
  await parted()
  const lines = (await readFile(join(dir, '.rows.json'), 'utf8')).split('\n').slice(0, -1)
  return lines.map((line) => {
    const row = JSON.parse(line)
    // What is left out is null.
    return columns.map((_, i) => row[`c${i}`] ?? null)
  })
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
const tableOf = (values: number[]) =>
  new Table({ id: vectorFromArray(values, new Int32()), half: vectorFromArray(values, new Float64()) })

/** A file of several batches of so many rows. */
function batches(count: number, rows: number): Buffer {
  const all = Array.from({ length: count }, (_, i) => tableOf(numbers(i * rows, (i + 1) * rows)))
  return Buffer.from(tableToIPC(new Table(all.flatMap((table) => table.batches)), 'file'))
}

/** The places of a number of 32 bits. */
const placesOf = (bytes: Buffer, number: number): number[] =>
  numbers(0, Math.floor(bytes.length / 4))
    .map((i) => 4 * i)
    .filter((at) => bytes.readInt32LE(at) === number)

function withNumber(bytes: Buffer, at: number, number: number): Buffer {
  const changed = Buffer.from(bytes)
  changed.writeInt32LE(number, at)
  return changed
}

test('whatever number of a file is made huge, it is refused or read whole, and soon', () => {
  const script = join(import.meta.dirname, 'arrow-places.ts')
  const { stdout, stderr, error } = spawnSync(process.execPath, [script], { timeout: 90_000 })
  expect({ error, stderr: stderr.toString() }).toEqual({ error: undefined, stderr: '' })
  const seen = JSON.parse(stdout.toString())
  expect(seen.else).toEqual([])
  expect(seen.refused).toBeGreaterThan(150)
  expect(seen.whole).toBeGreaterThan(100)
})

test('a batch that claims another number of rows than its columns hold is refused, not filled up with nulls', async () => {
  const sound = Buffer.from(tableToIPC(tableOf(numbers(0, 33)), 'stream'))
  expect(await read(sound)).toHaveLength(33)
  // The batch and each of its two columns say how long they are.
  const places = placesOf(sound, 33).filter((at) => sound.readInt32LE(at + 4) === 0)
  expect(places.length).toBeGreaterThanOrEqual(3)
  for (const at of places.slice(0, 3))
    for (const length of [32, 34])
      await expect(read(withNumber(sound, at, length))).rejects.toThrow('not a whole')
})

test('a file whose list of batches is shorter than its batches, or leads past its end, is refused', async () => {
  const sound = batches(3, 10)
  expect(await read(sound)).toEqual(numbers(0, 30).map((i) => [String(i), String(i)]))
  const foot = sound.length - 10 - sound.readInt32LE(sound.length - 10)
  const counts = placesOf(sound, 3).filter((at) => at >= foot)
  const shorter = await Promise.all(counts.map((at) => read(withNumber(sound, at, 2)).catch(String)))
  expect(shorter.filter((outcome) => typeof outcome === 'string' || outcome.length === 30)).toHaveLength(
    counts.length,
  )
  expect(shorter.some((outcome) => typeof outcome === 'string')).toBe(true)
})

test('a stream whose end is marked before its end is refused', async () => {
  const parts = [0, 1].map((i) => Buffer.from(tableToIPC(tableOf(numbers(10 * i, 10 * i + 10)), 'stream')))
  await expect(read(Buffer.concat(parts))).rejects.toThrow('not a whole')
})

test('LZ4, as pyarrow writes Feather files', async () => {
  const names = ['Ann', 'Bo', '张伟', null]
  expect(await read(lz4Feather)).toEqual(
    numbers(0, 24).map((i) => [String(i + 1), names[i % 4], String(Math.floor(i / 4) + 0.5)]),
  )
})

/** A frame of one block, as `lz4` would write it without sums. */
const frame = (block: number[], stored = false) =>
  Uint8Array.from([
    ...[0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82],
    ...[block.length, 0, 0, stored ? 0x80 : 0],
    ...block,
    ...[0, 0, 0, 0],
  ])

const unpacked = (block: number[], stored?: boolean) =>
  Buffer.from(decodeLz4Frame(frame(block, stored))).toString()

test('LZ4 blocks: literals, matches that reach into themselves, long lengths, stored ones; what is none is refused', () => {
  const text = (letters: string) => [...Buffer.from(letters)]
  expect(unpacked([0x50, ...text('hello')])).toBe('hello')
  expect(unpacked(text('as it is'), true)).toBe('as it is')
  expect(unpacked([0x11, ...text('a'), 1, 0, 0x10, ...text('b')])).toBe('aaaaaab')
  expect(unpacked([0x22, ...text('ab'), 2, 0, 0x10, ...text('!')])).toBe('abababab!')
  expect(unpacked([0x1f, ...text('a'), 1, 0, 255, 26, 0x10, ...text('b')])).toBe(`${'a'.repeat(301)}b`)
  expect(unpacked([0xf0, 2, ...text('a'.repeat(17))])).toBe('a'.repeat(17))
  expect(() => unpacked([0x12, ...text('a'), 0, 0])).toThrow('lies outside')
  expect(() => unpacked([0x12, ...text('a'), 2, 0])).toThrow('lies outside')
  expect(() => unpacked([0x50, ...text('hell')])).toThrow('cut short')
  expect(() => unpacked([0xf0])).toThrow('cut short')
  expect(() => decodeLz4Frame(frame([0x10, 65]).subarray(0, 12))).toThrow(RangeError)
  expect(() => decodeLz4Frame(Buffer.from('no frame at all'))).toThrow('no LZ4 frame')
})
