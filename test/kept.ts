import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../pipelines/ledger.ts'
import { baseDir } from '../pipelines/project.ts'
import { betweenRuns } from './temporary.ts'

/** What no night can do without. */
const always = ['pipelines', 'sql', 'reports', 'templates', 'package-lock.json']

/**
 * A folder that several files of tests begin with. It is made once for each state of the code and of `madeOf` (files
 * and folders of the repository), and kept in the temporary folder: nobody may write to it.
 */
export async function kept(
  name: string,
  madeOf: readonly string[],
  make: () => Promise<string>,
): Promise<string> {
  const folder = betweenRuns('clientele-kept')
  await mkdir(folder, { recursive: true })
  const place = join(folder, `${name}-${await fingerprint([...always, ...madeOf])}`)
  while (!existsSync(place)) await makeOrWait(place, make)
  await utimes(place, new Date(), new Date())
  return place
}

/** Makes it, or waits a moment while another test process makes it. */
async function makeOrWait(place: string, make: () => Promise<string>): Promise<void> {
  const claim = `${place}.making`
  const isOurs = await writeFile(claim, String(process.pid), { flag: 'wx' }).then(
    () => true,
    () => false,
  )
  if (!isOurs) {
    const maker = Number(await readFile(claim, 'utf8').catch(() => ''))
    if (maker > 0 && !isAlive(maker)) await rm(claim, { force: true })
    await sleep(200)
    return
  }
  try {
    await clearOld(join(place, '..'))
    await rename(await make(), place)
  } finally {
    await rm(claim, { force: true })
  }
}

/** Of other states of the code, and used by nobody for as long as no suite runs. */
async function clearOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const used = await stat(path).catch(() => undefined)
    if (used && used.mtimeMs < Date.now() - 3_600_000) await rm(path, { recursive: true, force: true })
  }
}

async function fingerprint(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  const files = await Promise.all(paths.map((path) => filesOf(join(baseDir, path))))
  for (const file of files.flat().sort()) hash.update(file).update(await readFile(file))
  return hash.digest('hex').slice(0, 24)
}

async function filesOf(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
