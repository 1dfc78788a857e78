import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { vi } from 'vitest'
import { main } from '../../pipelines/cli.ts'
import { baseDir } from '../../pipelines/project.ts'
import { type Block, blocksOf, isTrue, rewritten, type Typed, typedIn } from './page.ts'

/**
 * Runs a page of `docs/` from top to bottom as a reader would: files are written, commands are run and what they print
 * is compared with what the page says. Returns the page as it ought to be: the same text when every word is true.
 *
 * - ` ```sql sql/tea/sales.sql `: a file of the project, whole. Any language, any path.
 * - ` ```diff sql/tea/sales.sql `: a change of a file: lines with `-` go, lines with `+` come.
 * - ` ```console `: `$ command` and what it prints. ` ```console fails `: the last one ends with another status than 0.
 *
 * `project` is the folder of the page's project, as its commands name it.
 */
export async function runPage(page: string, project: string): Promise<string> {
  // The name of the folder itself may be a link; what is printed is a path below the true one.
  const root = await realpath(await mkdtemp(join(tmpdir(), 'clientele-page-')))
  try {
    await symlink(join(baseDir, 'pipelines'), join(root, 'pipelines'))
    const changes = new Map<Block, string[]>()
    for (const block of blocksOf(page)) {
      if (block.language === 'console') {
        const printed = await runConsole(root, block)
        if (printed) changes.set(block, printed)
      } else await writeBlock(join(root, project), block)
    }
    return rewritten(page, changes)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function writeBlock(project: string, { language, about, lines, start }: Block): Promise<void> {
  if (!about) throw new Error(`line ${start}: name the file that the block is, or make it a console block`)
  const path = join(project, about)
  const text = `${lines.join('\n')}\n`
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, language === 'diff' ? changed(await readFile(path, 'utf8'), lines, start) : text)
}

function changed(text: string, lines: readonly string[], start: number): string {
  const side = (other: string) =>
    lines
      .filter((line) => !line.startsWith(other))
      .map((line) => `${line.slice(1)}\n`)
      .join('')
  const [before, after] = [side('+'), side('-')]
  if (text.split(before).length !== 2) throw new Error(`line ${start}: what changes is not there once`)
  return text.replace(before, () => after)
}

/** The lines the block ought to have, or nothing when it tells the truth. */
async function runConsole(root: string, block: Block): Promise<string[] | undefined> {
  const typed = typedIn(block)
  const ran: (Typed & Ended)[] = []
  for (const one of typed) ran.push({ ...one, ...(await run(root, one.command)) })
  for (const [i, { command, failed, lines }] of ran.entries()) {
    if (failed === (block.about === 'fails' && i === ran.length - 1)) continue
    throw new Error(
      `line ${block.start}: ${command} ${failed ? 'failed' : 'did not fail'}\n${lines.join('\n')}`,
    )
  }
  if (ran.every(({ printed, lines }) => isTrue(printed, lines))) return undefined
  return ran.flatMap(({ command, printed, lines }) => [
    `$ ${command}`,
    ...(isTrue(printed, lines) ? printed : lines),
  ])
}

interface Ended {
  failed: boolean
  lines: string[]
}

/** `npx clientele` is this repository's, run in this process; any other line goes to the shell. */
async function run(root: string, command: string): Promise<Ended> {
  const [, own] = /^npx clientele\b(.*)$/.exec(command) ?? []
  const { failed, text } = own === undefined ? shell(root, command) : await clientele(root, words(own))
  return { failed, lines: trimmed(text.split('\n').map((line) => line.trimEnd())) }
}

function shell(cwd: string, command: string): { failed: boolean; text: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8' })
  return { failed: status !== 0, text: stdout + stderr }
}

/** What the command writes on both streams, in the order in which it does. */
async function clientele(root: string, args: string[]): Promise<{ failed: boolean; text: string }> {
  let text = ''
  const { exitCode } = process
  const here = process.cwd()
  const mocks = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text += String(chunk)
      return true
    }),
  )
  process.exitCode = 0
  process.chdir(root)
  try {
    await main(args)
    return { failed: process.exitCode !== 0, text }
  } finally {
    process.chdir(here)
    process.exitCode = exitCode
    for (const mock of mocks) mock.mockRestore()
  }
}

const words = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => (a ?? b ?? c) as string)

/** Without the empty lines before and after. */
function trimmed(lines: string[]): string[] {
  const isFull = (line: string) => line !== ''
  return lines.slice(Math.max(0, lines.findIndex(isFull)), lines.findLastIndex(isFull) + 1)
}
