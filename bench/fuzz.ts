/** Mutated files of every format and encoding through the front door: `node bench/fuzz.ts [files] [seed]`. */

import { fuzz } from '../test/extract/fuzz.ts'

const [files = '10000', seed = '1'] = process.argv.slice(2)
const from = performance.now()
const { seen, wrong } = await fuzz(Number(files), Number(seed), (text) => process.stderr.write(`${text}\n`))
for (const [kind, { landed, refused, rejects }] of seen)
  process.stdout.write(
    `${kind.padEnd(22)} landed ${landed}, refused ${refused}, records kept apart ${rejects}\n`,
  )
for (const one of wrong) process.stdout.write(`${one.kind}, seed ${one.seed}: ${one.what}\n`)
const seconds = Math.round((performance.now() - from) / 1000)
process.stdout.write(`${files} files in ${seconds} s, wrong: ${wrong.length}\n`)
process.exitCode = wrong.length > 0 ? 1 : 0
