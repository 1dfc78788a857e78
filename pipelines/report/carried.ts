import { spawn } from 'node:child_process'
import { access, constants, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { sweepLeavings } from '../leavings.ts'
import { baseDir } from '../project.ts'

/** The browser that the package carries, unpacked. */
export interface Carried {
  executable: string
  /** Shared libraries for a machine that has none of its own. */
  libraries: string
  /** Fonts and their configuration, likewise. */
  fonts: string
}

/**
 * Unpacks the browser that `@sparticuz/chromium` carries, once for each of its versions, into a folder that only its
 * owner can write. It is unpacked under another name and renamed when whole: a run killed half way leaves nothing that
 * looks finished, and of two runs that unpack at the same time the later finds the work done.
 */
export async function unpackCarried(home?: string): Promise<Carried> {
  const dir = join(home ?? (await cacheDir()), `chromium-${await carriedVersion()}`)
  if (!(await exists(join(dir, 'chromium')))) await unpack(dir)
  return {
    executable: join(dir, 'chromium'),
    libraries: join(dir, 'al2023', 'lib'),
    fonts: join(dir, 'fonts'),
  }
}

async function unpack(dir: string): Promise<void> {
  await mkdir(dirname(dir), { recursive: true, mode: 0o700 })
  await sweepLeavings(dirname(dir), /^\.unpacking-(\d+)-/)
  const part = await mkdtemp(join(dirname(dir), `.unpacking-${process.pid}-`))
  try {
    await inflate(part)
    await rename(part, dir)
  } catch (error) {
    if (!(await exists(join(dir, 'chromium')))) throw error
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

/**
 * The package unpacks into the temporary folder of its process, so it is given a process of its own whose temporary
 * folder is ours. It adds the shared libraries only where it believes to be on Amazon Linux: we tell it so.
 */
function inflate(dir: string): Promise<void> {
  const script =
    "const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath()"
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: baseDir,
      env: {
        PATH: process.env.PATH,
        TMPDIR: dir,
        TEMP: dir,
        TMP: dir,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`unpacking failed: ${said.trim().split('\n').at(-1)}`)),
    )
  })
}

/** Beside the packages where that can be written; else a folder of this user's own among the temporary ones. */
async function cacheDir(): Promise<string> {
  const beside = join(baseDir, 'node_modules')
  if (await exists(beside, constants.W_OK)) return join(beside, '.cache', 'clientele')
  const own = join(tmpdir(), `clientele-${userInfo().uid}`)
  await mkdir(own, { recursive: true, mode: 0o700 })
  const { uid, mode } = await stat(own)
  if (uid !== userInfo().uid || (mode & 0o022) !== 0) throw new Error(`${own} can be written by others`)
  return own
}

async function carriedVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const manifest = join(entry.slice(0, entry.lastIndexOf('chromium') + 'chromium'.length), 'package.json')
  return (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version
}

const exists = (path: string, mode = constants.F_OK) =>
  access(path, mode).then(
    () => true,
    () => false,
  )
