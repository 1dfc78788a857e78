import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fitFile, printFitted } from '../pipelines/fit-file.ts'
import { cdnow, hasCdnow, whyNot } from './fit/cdnow.ts'

const dir = mkdtempSync(join(tmpdir(), 'clientele-fit-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const write = (name: string, lines: readonly string[]): string => {
  const file = join(dir, name)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

test.skipIf(!hasCdnow)(
  `a table of customers gives the published estimates, and their holdout${whyNot}`,
  async () => {
    const rows = cdnow().map(({ x, tx, T, logGaps, later, spend }) =>
      [x, tx, T, logGaps, later, 39, spend].join(','),
    )
    const fitted = await fitFile(write('cdnow.csv', ['x,t.x,T.cal,litt,x.star,T.star,zbar', ...rows]))
    const likelihoods = Object.fromEntries(
      fitted.fits.map(({ model, logLikelihood }) => [model, logLikelihood]),
    )
    expect(likelihoods.bg_nbd).toBeCloseTo(-9582.429, 2)
    expect(likelihoods.mbg_nbd).toBeCloseTo(-9582.136, 2)
    expect(likelihoods.pareto_nbd).toBeCloseTo(-9594.976, 2)
    expect(fitted.spend?.logLikelihood).toBeCloseTo(-4055.918, 1)
    expect(fitted.holdout?.pareto_nbd?.mae).toBeCloseTo(0.7545, 4)
    expect(fitted.holdout?.nobody?.totalForecast).toBe(0)
    expect(printFitted(fitted)).toMatch(/bg_nbd +-9582\.429 +yes +r 0\.24259 ±/)
  },
)

test('patterns with counts are fitted too, and an edge is said in a sentence', async () => {
  const fitted = await fitFile(write('once.csv', ['frequency,recency,T,n', '0,0,40,90', '0,0,20,10']))
  expect(fitted.customers).toBe(100)
  expect(printFitted(fitted)).toContain('No customer bought a second time')
  expect(fitted.holdout).toBeNull()
})

test.each([
  [['x,T', '1,40'], /no column t_x \(or t\.x, tx, recency\)/],
  [['x,t_x,T', '1,50,40'], /t_x lies after T/],
  [['x,t_x,T', '1,ten,40'], /pattern 0/],
  [['x,t_x,T,later,ahead', '1,1,40,1,39', '1,1,40,1,38'], /differs from row to row/],
])('what cannot be read is named', async (lines, message) => {
  await expect(fitFile(write('bad.csv', lines))).rejects.toThrow(message)
})

test('a file that is not there is named', async () => {
  await expect(fitFile(join(dir, 'none.csv'))).rejects.toThrow(/there is no file/)
})
