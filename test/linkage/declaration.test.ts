import { expect, test } from 'vitest'
import { expandLinkage } from '../../pipelines/linkage/expand.ts'

const expand = (text: string) =>
  expandLinkage({
    key: 'identity/firm.linkage.yaml',
    path: '/p',
    shown: 'sql/identity/firm.linkage.yaml',
    text,
  })

test('a declaration stands for models with a head, one SELECT each', () => {
  const { files, faults } = expand(
    'description: Firms\nrecords: identity.firm_records\ncomparisons: {name: organisation, phone: phone}\n',
  )
  expect(faults).toEqual([])
  expect(files.map(({ key }) => key)).toContain('identity/firm_clusters.sql')
  expect(files.every(({ text }) => text.startsWith('/*\ndescription: '))).toBe(true)
  // Without rules of its own it blocks by every column and every two.
  const keys = files.find(({ key }) => key === 'identity/firm_keys.sql')?.text as string
  expect(keys.match(/ as rule/g)).toHaveLength(3)
})

test('faults stand at their place, all at once', () => {
  const { faults } = expand(`description: Firms
records: firm_records
comparisons:
  name: organization
blocks:
  - [title]
error: 0.9
`)
  const said = faults.map(({ what, where }) => `${where?.line}: ${what}`).join('\n')
  expect(said).toMatch(/2: records/)
  expect(said).toMatch(/4: comparisons\.name/)
  expect(said).toMatch(/7: error/)
})

test('a blocking rule names what is compared', () => {
  const { faults } = expand(
    'description: F\nrecords: identity.r\ncomparisons: {name: organisation}\nblocks: [[nam]]\n',
  )
  expect(faults[0]?.what).toContain('no comparison is called nam')
})

test('names of the models’ own are refused', () => {
  const { faults } = expand('description: F\nrecords: identity.r\ncomparisons: {weight: text}\n')
  expect(faults[0]?.what).toContain('weight is a column of the models')
})
