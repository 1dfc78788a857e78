import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableToIPC } from 'apache-arrow'
import { ClienteleError } from '../../pipelines/error.ts'
import { readArrow } from '../../pipelines/extract/files/arrow.ts'
import { nestedTable, plainTable, rowsOf } from './fuzz/records.ts'

// Makes every number of Arrow files huge in turn, and prints how often they were refused, were read whole all the same,
// and what else happened. A process of its own: what does not end can be ended.
const dir = await mkdtemp(join(tmpdir(), 'clientele-arrow-'))
const path = join(dir, 'people.arrow')
const rows = rowsOf(24)
// Of the columns of every make a third of the places, for the sake of time.
const sounds = [
  { sound: Buffer.from(tableToIPC(plainTable(rows), 'file')), step: 4 },
  { sound: Buffer.from(tableToIPC(nestedTable(rows), 'stream')), step: 12 },
]
const seen = { refused: 0, whole: 0, else: [] as unknown[] }
for (const [i, { sound, step }] of sounds.entries()) {
  for (let at = 0; at + 4 <= sound.length; at += step) {
    const damaged = Buffer.from(sound)
    damaged.writeUInt32LE(0x3f_ff_ff_ff, at)
    await writeFile(path, damaged)
    const outcome = await read().catch((error: unknown) => error)
    if (outcome instanceof ClienteleError) seen.refused += 1
    else if (outcome === rows.length) seen.whole += 1
    else seen.else.push({ file: i, at, outcome: String(outcome) })
  }
}
await rm(dir, { recursive: true })
process.stdout.write(JSON.stringify(seen))

async function read(): Promise<number> {
  const { parted } = await readArrow(undefined as never, undefined as never, path, dir)
  await parted()
  return (await readFile(join(dir, '.rows.json'), 'latin1')).split('\n').length - 1
}
