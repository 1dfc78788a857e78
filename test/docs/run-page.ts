import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { baseDir } from '../../pipelines/project.ts'
import { type Block, blocksOf, isTrue, rewritten, typedIn } from './page.ts'

interface Desk {
  /** The working folder of every command. */
  root: string
  /** Where the page's files go. */
  project: string
}

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
  const root = await mkdtemp(join(tmpdir(), 'clientele-page-'))
  try {
    await symlink(join(baseDir, 'pipelines'), join(root, 'pipelines'))
    const desk = { root, project: join(root, project) }
    const changes = new Map<Block, string[]>()
    for (const block of blocksOf(page)) {
      if (block.language === 'console') {
        const printed = await runConsole(desk, block)
        if (printed) changes.set(block, printed)
      } else await writeBlock(desk, block)
    }
    return rewritten(page, changes)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function writeBlock({ project }: Desk, { language, about, lines, start }: Block): Promise<void> {
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
async function runConsole(desk: Desk, block: Block): Promise<string[] | undefined> {
  const typed = typedIn(block)
  const ended = []
  for (const { command } of typed) ended.push(await run(desk, command))
  const failed = ended.map(({ code }) => code !== 0)
  const expected = typed.map((_, i) => block.about === 'fails' && i === typed.length - 1)
  if (failed.some((one, i) => one !== expected[i])) {
    const told = ended.map(({ code, lines }, i) => [`$ ${typed[i]?.command} [${code}]`, ...lines].join('\n'))
    throw new Error(`line ${block.start}: not the status that the page says\n${told.join('\n')}`)
  }
  if (typed.every(({ printed }, i) => isTrue(printed, ended[i]?.lines ?? []))) return undefined
  return typed.flatMap(({ command, printed }, i) => {
    const lines = ended[i]?.lines ?? []
    return [`$ ${command}`, ...(isTrue(printed, lines) ? printed : lines)]
  })
}

/** Runs a line of the shell, `npx clientele` being this repository's; both streams in the order they were written. */
async function run({ root }: Desk, command: string): Promise<{ code: number | null; lines: string[] }> {
  const file = join(root, '.printed')
  const to = await open(file, 'w')
  const cli = [process.execPath, join(baseDir, 'pipelines/cli.ts')].map((part) => `'${part}'`).join(' ')
  const line = command.replace(/^npx clientele\b/, () => cli)
  const child = spawn('sh', ['-c', line], {
    cwd: root,
    env: { ...process.env, USER: 'mei' },
    stdio: ['ignore', to.fd, to.fd],
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  await to.close()
  const lines = (await readFile(file, 'utf8')).split('\n').map((one) => one.trimEnd())
  return { code, lines: trimmed(lines) }
}

/** Without the empty lines before and after. */
function trimmed(lines: string[]): string[] {
  const isFull = (line: string) => line !== ''
  return lines.slice(Math.max(0, lines.findIndex(isFull)), lines.findLastIndex(isFull) + 1)
}
