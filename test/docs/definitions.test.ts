import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { baseDir } from '../../pipelines/project.ts'

const path = join(baseDir, 'docs/definitions.md')
const rows = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (definition|---)/.test(line))
  .map((line) => line.slice(2, -2).split(' | ') as [definition: string, models: string, tests: string])

test.each(rows)('%s: its models and tests are there', (_, models, tests) => {
  const named = [...models.matchAll(/`(\w+)\.(\w+)`/g)]
  expect(named.length).toBeGreaterThan(0)
  for (const [name, schema, table] of named) {
    const file = join(baseDir, 'sql', schema as string, table as string)
    expect(existsSync(`${file}.sql`) || existsSync(`${file}.ts`), name).toBe(true)
  }
  const files = [...tests.matchAll(/\]\((\S+)\)((?:;? ?“[^”]+”)+)/g)]
  expect(files.length).toBeGreaterThan(0)
  for (const [, file, cases] of files) {
    const text = readFileSync(join(dirname(path), file as string), 'utf8')
    for (const [, name] of (cases as string).matchAll(/“([^”]+)”/g)) expect(text).toContain(name)
  }
})

test('every part of the page has rows', () => {
  const parts = readFileSync(path, 'utf8').split('\n## ').slice(1)
  expect(parts.map((part) => part.split('\n').length > 3)).toEqual(parts.map(() => true))
  expect(rows.length).toBeGreaterThan(50)
})

test('a value with a horizon is called by its years', () => {
  const page = (locale: string) => readFileSync(join(baseDir, `reports/lifetime-value/${locale}.md`), 'utf8')
  for (const [locale, name] of [
    ['en', /\{\{count terms\.horizon_years\}\}-year[\s\S]{0,90}? value/],
    ['zh-CN', /\{\{count terms\.horizon_years\}\}年[^，]*价值/],
  ] as const) {
    expect(page(locale)).toMatch(name)
    expect(page(locale)).toMatch(/total:[^\n]*(\n {4})?[^\n]*\{\{count years\}\}/)
  }
})
