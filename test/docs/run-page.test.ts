import { expect, test } from 'vitest'
import { runPage } from './run-page.ts'

const page = (...lines: string[]) => ['# A page', '', ...lines, ''].join('\n')
const files = [
  '```text sql/a.txt',
  'one',
  'two',
  '```',
  '',
  '```diff sql/a.txt',
  ' one',
  '-two',
  '+three',
  '```',
]

test('a page that tells the truth comes back as it is', async () => {
  const shown = ['```console', '$ cat p/sql/a.txt', 'one', 'three', '$ cat p/sql/a.txt', '…', 't…e', '```']
  const true_ = page(...files, '', ...shown)
  expect(await runPage(true_, 'p')).toBe(true_)
})

test('times and names of runs are not held to the letter', async () => {
  const told = page(
    '```console',
    "$ echo 'run 2024-03-31-0123abcd took 0.25 s'",
    'run 2024-03-31-ffffffff took 12.0 s',
    '```',
  )
  expect(await runPage(told, 'p')).toBe(told)
})

test('a page that lies comes back with what was printed, and only there', async () => {
  const lie = page('```console', '$ printf "a\\nb\\n"', 'a', 'c', '$ echo d', 'd', '```')
  expect(await runPage(lie, 'p')).toBe(lie.replace('\na\nc\n', '\na\nb\n'))
  const short = page('```console', '$ npx clientele check --project p', '```')
  await expect(runPage(short, 'p')).rejects.toThrow(
    /line 3: npx clientele check --project p failed\np is not a/,
  )
})

test('a status that the page does not say, a change of what is not there and a nameless block are told', async () => {
  await expect(runPage(page('```console fails', '$ true', '```'), 'p')).rejects.toThrow('did not fail')
  await expect(runPage(page(...files, ...files.slice(5)), 'p')).rejects.toThrow('is not there once')
  await expect(runPage(page('```sql', 'select 1', '```'), 'p')).rejects.toThrow('line 3: name the file')
})
