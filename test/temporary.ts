import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What makes one run quick for the next stays in the temporary folder of the system. */
export const betweenRuns = (name: string): string =>
  join(process.env.CLIENTELE_BETWEEN_RUNS ?? tmpdir(), name)

/** Gives a run of tests a temporary folder of its own, which goes with all that they leave in it. */
export default async function openTemporary(): Promise<() => Promise<void>> {
  process.env.CLIENTELE_BETWEEN_RUNS = tmpdir()
  const own = await mkdtemp(join(tmpdir(), 'clientele-tests-'))
  process.env.TMPDIR = own
  // A browser that is just ending may still write.
  return () => rm(own, { recursive: true, force: true, maxRetries: 5 })
}
