/**
 * Mutated files of every format and encoding through the front door: `node bench/fuzz.ts [files] [seed] [processes]`,
 * 10,000, 1 and 2 without. They are read in processes of their own, so that one that dies or does not end is seen and
 * the rest goes on; interrupted, it says what was read till then. Files lie in TMPDIR: on a disk most of the time is spent waiting for it.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { type Fuzzed, fuzz } from '../test/extract/fuzz/fuzz.ts'

/** A file of a few kilobytes that takes longer does not end, however busy the machine is. */
const limitMs = 60_000

type Said = { begun: { kind: string; seed: number } } | { fuzzed: Fuzzed } | { peakMegabytes: number }

const [files, seed, processes] = [10_000, 1, 2].map((usual, i) => Number(process.argv[i + 2] ?? usual)) as [
  number,
  number,
  number,
]
if (process.send) await work(process.argv.slice(2).map(Number))
else await lead()

/** Reads files of every so many seeds and tells of each. */
async function work([from = 0, to = 0, step = 1]: number[]): Promise<void> {
  const say = (said: Said) => process.send?.(said)
  const seeds = Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step)
  for await (const fuzzed of fuzz(seeds, (kind, at) => say({ begun: { kind, seed: at } }))) say({ fuzzed })
  say({ peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024) })
  process.disconnect?.()
}

async function lead(): Promise<void> {
  const start = performance.now()
  const found: Fuzzed[] = []
  const peaks: number[] = []
  const shares = Array.from({ length: processes }, (_, i) => oversee(seed + i, found, peaks))
  const interrupted = new Promise((resolve) => process.once('SIGINT', resolve))
  await Promise.race([Promise.all(shares), interrupted])
  report(found, peaks, Math.round((performance.now() - start) / 1000))
  process.exit(found.some(({ wrong }) => wrong.length > 0) || found.length !== files ? 1 : 0)
}

function report(found: Fuzzed[], peaks: number[], seconds: number): void {
  const kinds = Map.groupBy(found, ({ kind }) => kind)
  for (const [kind, all] of [...kinds].sort()) {
    const landed = all.filter(({ became }) => became === 'landed')
    const apart = landed.reduce((sum, { rejects }) => sum + rejects, 0)
    process.stdout.write(
      `${kind.padEnd(18)} landed ${landed.length}, refused ${all.length - landed.length}, records kept apart ${apart}\n`,
    )
  }
  const bad = found.filter(({ wrong }) => wrong.length > 0)
  for (const { kind, seed: at, wrong } of bad)
    process.stdout.write(`${kind}, seed ${at}: ${wrong.join('; ')}\n`)
  process.stdout.write(
    `${found.length} files in ${seconds} s, wrong: ${bad.length}, peak ${Math.max(0, ...peaks)} MB\n`,
  )
}

/** Has a share of the files read, beginning anew after one at which the process died or did not end. */
async function oversee(first: number, found: Fuzzed[], peaks: number[]): Promise<void> {
  for (let from: number | null = first; from !== null; ) {
    const child = fork(import.meta.filename, [from, seed + files, processes].map(String))
    const left = await watch(child, from, found, peaks)
    if (left) {
      const outcome = { became: 'refused', rows: 0, rejects: 0 } as const
      found.push({ ...outcome, kind: left.kind, seed: left.seed, wrong: [left.how] })
    }
    from = left ? left.seed + processes : null
  }
}

/** The file that a process left unfinished, and how; null when it came to its end. */
function watch(child: ChildProcess, from: number, found: Fuzzed[], peaks: number[]) {
  let at = { kind: 'none', seed: from }
  let isDone = false
  let isLate = false
  let timer: NodeJS.Timeout | undefined
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, limitMs)
  }
  child.on('message', (said: Said) => {
    wait()
    if ('begun' in said) at = said.begun
    else if ('fuzzed' in said) {
      found.push(said.fuzzed)
      if (found.length % 500 === 0) process.stderr.write(`${found.length} of ${files}\n`)
    } else {
      peaks.push(said.peakMegabytes)
      isDone = true
    }
  })
  return new Promise<{ kind: string; seed: number; how: string } | null>((resolve) => {
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      const how = isLate ? `no end after ${limitMs / 1000} s` : `the process died (${signal ?? code})`
      resolve(isDone ? null : { ...at, how })
    })
  })
}
