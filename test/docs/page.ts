/** A fenced block of a page: what it is, and the lines of the page it takes. */
export interface Block {
  /** The first word of its info string: `sql`, `console`, … */
  language: string
  /** What follows: a file of the project, or `fails` for a command that ends with another status than 0. */
  about: string
  lines: string[]
  /** The first line within the fence, from 0. */
  start: number
}

/** The fenced blocks of a page, from top to bottom. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = []
  let open: Block | undefined
  page.split('\n').forEach((line, i) => {
    const fence = /^```(\S*) *(.*)$/.exec(line)
    if (open && line === '```') {
      blocks.push(open)
      open = undefined
    } else if (open) open.lines.push(line)
    else if (fence)
      open = { language: fence[1] as string, about: fence[2] as string, lines: [], start: i + 1 }
  })
  if (open) throw new Error(`line ${open.start}: the block is not closed`)
  return blocks
}

/** A command of a console block and what the page says it prints. */
export interface Typed {
  command: string
  printed: string[]
}

/** `$ ` begins a command; the lines up to the next one are what it prints. */
export function typedIn({ lines, start }: Block): Typed[] {
  const all: Typed[] = []
  for (const line of lines) {
    if (line.startsWith('$ ')) all.push({ command: line.slice(2), printed: [] })
    else if (all.length === 0) throw new Error(`line ${start + 1}: a console block begins with "$ "`)
    else all.at(-1)?.printed.push(line)
  }
  return all
}

/** Whether a page tells the truth: `…` alone on a line stands for any lines, within a line for any characters. */
export function isTrue(told: readonly string[], printed: readonly string[]): boolean {
  if (told.length === 0) return printed.length === 0
  const [line, ...rest] = told as [string, ...string[]]
  if (line.trim() === '…')
    return Array.from({ length: printed.length + 1 }, (_, n) => n).some((n) => isTrue(rest, printed.slice(n)))
  const [first, ...others] = printed
  return first !== undefined && matches(line, first) && isTrue(rest, others)
}

/** What is another one in every run: how long it took, and the name of the run. */
const fleeting = [/\d+\.\d+ s\b/g, /\b\d{4}-\d\d-\d\d-[0-9a-f]{8}\b/g]

const settled = (line: string): string =>
  fleeting.reduce((text, pattern) => text.replaceAll(pattern, '~'), line)

const matches = (told: string, printed: string): boolean =>
  new RegExp(`^${settled(told).split('…').map(RegExp.escape).join('.*')}$`, 'u').test(settled(printed))

/** The page with a command's lines replaced, for a page that did not tell the truth. */
export function rewritten(page: string, changes: ReadonlyMap<Block, readonly string[]>): string {
  const lines = page.split('\n')
  for (const [{ start, lines: old }, now] of [...changes].toReversed())
    lines.splice(start, old.length, ...now)
  return lines.join('\n')
}
