import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { program } from '../../pipelines/cli.ts'
import { baseDir } from '../../pipelines/project.ts'

const readme = await readFile(join(baseDir, 'README.md'), 'utf8')

/** Options that every command has stand above the table. */
const everywhere = ['--project', '--as-of', '--json']

/** `build [SELECTOR…] [--plan]` as its name, its arguments and its options. */
function commandOf(synopsis: string) {
  const [name, ...words] = synopsis.replaceAll(/\\\|/g, '|').split(/\s+/)
  const text = words.join(' ')
  const options = [...text.matchAll(/--[a-z-]+/g)].map(([option]) => option)
  const taken = [...text.matchAll(/--[a-z-]+ ([A-Z]+…?|[a-z|]+)/g)].map(([option]) => option.split(' ')[0])
  const own = text.replaceAll(/\[--[^\]]*\]/g, '')
  const args = [...own.matchAll(/\[[^\]]+\]|"?<[^>]+>"?/g)].map(([arg]) => !arg.startsWith('['))
  return { name, options: options.toSorted(), taken: taken.toSorted(), args }
}

test('the table of commands names every command, argument and option there is, and no other', () => {
  const [, section = ''] = /^## Commands$([\s\S]*?)^## /m.exec(readme) ?? []
  const told = [...section.matchAll(/^\| `(.+?)` \|/gm)].map(([, synopsis]) => commandOf(synopsis as string))
  const there = program.commands.map((command) => {
    const own = command.options.filter(({ long }) => !everywhere.includes(long as string))
    return {
      name: command.name(),
      options: own.map(({ long }) => long as string).toSorted(),
      taken: own
        .filter((option) => !option.isBoolean())
        .map(({ long }) => long as string)
        .toSorted(),
      args: command.registeredArguments.map(({ required }) => required),
    }
  })
  const byName = <T extends { name: string | undefined }>(all: T[]) =>
    all.toSorted((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1))
  expect(byName(told)).toEqual(byName(there))
})

test('what every command has stands above the table', () => {
  const synopsis = /`npx clientele <command> (.+?)`/.exec(readme)?.[1] ?? ''
  expect([...synopsis.matchAll(/--[a-z-]+/g)].map(([option]) => option)).toEqual(everywhere)
})
