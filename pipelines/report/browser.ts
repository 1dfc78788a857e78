import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import puppeteer, { type Browser } from 'puppeteer-core'
import { unpackCarried } from './carried.ts'

/** A way to a browser, tried in turn. */
interface Candidate {
  /** As people know it. */
  name: string
  start(): Promise<Browser>
}

export interface BrowserChoice {
  /** The browser of the project's configuration. */
  named?: string | undefined
  env: NodeJS.ProcessEnv
  /** Whether the browser that the packages carry may be used, or only it. */
  carried: boolean | 'only'
  /** Where the carried browser is unpacked, in place of the usual folder. */
  home?: string
}

export interface Started {
  browser?: Browser
  /** Why each browser that was tried did not start. */
  failures: string[]
}

/** Page numbers are drawn by the style sheet's margin boxes, which browsers know since this version. */
const oldest = 131
const patience = 45_000

/**
 * Starts the browser named in the configuration, else one found on the machine, else the one that the packages carry.
 * It speaks through a pipe, so it ends with this process, however that ends. The caller closes it with `stop`.
 */
export async function startBrowser(choice: BrowserChoice): Promise<Started> {
  const failures: string[] = []
  for (const candidate of candidates(choice)) {
    try {
      const browser = await candidate.start()
      const [, version = '0'] = /\/(\d+)/.exec(await browser.version()) ?? []
      if (Number(version) >= oldest) return { browser, failures }
      await stopBrowser(browser)
      failures.push(`${candidate.name}: version ${version} is too old, ${oldest} or later is needed`)
    } catch (error) {
      failures.push(`${candidate.name}: ${reason(error)}`)
    }
  }
  return { failures }
}

/** Closes a browser; ends its process when it does not listen. */
export async function stopBrowser(browser: Browser): Promise<void> {
  const child = browser.process()
  const deadline = AbortSignal.timeout(5_000)
  const late = new Promise<void>((resolve) =>
    deadline.addEventListener('abort', () => resolve(), { once: true }),
  )
  await Promise.race([browser.close().catch(() => undefined), late])
  if (child && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
}

function candidates({ named, env, carried, home }: BrowserChoice): Candidate[] {
  const paths = carried === 'only' ? [] : [...(named ? [named] : []), ...onMachine(env)]
  const own = { name: 'the browser of the packages', start: () => launchCarried(env, home) }
  return [
    ...paths.map((path) => ({ name: path, start: () => launch(path, childEnv(env)) })),
    ...(carried ? [own] : []),
  ]
}

async function launchCarried(env: NodeJS.ProcessEnv, home?: string): Promise<Browser> {
  const { executable, libraries, fonts } = await unpackCarried(home)
  const own = { ...childEnv(env), FONTCONFIG_PATH: fonts }
  const withLibraries = { ...own, LD_LIBRARY_PATH: libraries }
  return launch(executable, own, 'shell')
    .catch(() => launch(executable, withLibraries, 'shell'))
    .catch(() => launch(executable, withLibraries, 'shell', noSandbox))
}

// Containers often forbid what a sandbox needs. The browser opens our own pages only, which load nothing.
const noSandbox = ['--no-sandbox']

/** Only what a browser needs of the environment: secrets of the night are none of its business. */
function childEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = [
    'PATH',
    'HOME',
    'LANG',
    'TMPDIR',
    'TEMP',
    'XDG_RUNTIME_DIR',
    'SystemRoot',
    'LOCALAPPDATA',
    'LD_LIBRARY_PATH',
  ]
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}

function launch(
  executablePath: string,
  env: Record<string, string>,
  headless: true | 'shell' = true,
  // A browser refuses to run its sandbox as root.
  sandbox: string[] = process.getuid?.() === 0 ? noSandbox : [],
): Promise<Browser> {
  const args = [
    ...sandbox,
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--font-render-hinting=none',
    '--disable-extensions',
  ]
  return puppeteer.launch({
    executablePath,
    headless,
    args,
    env,
    pipe: true,
    timeout: patience,
    protocolTimeout: 120_000,
  })
}

const commands = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
  'brave-browser',
]
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  '/opt/google/chrome/chrome',
  '/usr/lib/chromium/chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

function onMachine(env: NodeJS.ProcessEnv): string[] {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean)
  const onPath = commands.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...new Set([...onPath, ...places])].filter((path) => existsSync(path))
}

/** The line of a failed start that says why; the rest is a stack of calls. */
function reason(error: unknown): string {
  const lines = (error as Error).message
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  return (
    lines.find((line) => /shared libraries|sandbox|No such file|denied|snap/i.test(line)) ??
    lines[0] ??
    'did not start'
  )
}
