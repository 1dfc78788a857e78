import { expect, test } from 'vitest'
import { digamma, gaussLegendre, incompleteBeta, logGamma, logRising } from '../../pipelines/fit/special.ts'

// References: mpmath 1.4.1 at 40 digits.
test.each([
  [1e-8, 18.42068073818021, -100000000.5772156],
  [0.003, 5.807418734725978, -333.9056249854075],
  [0.25, 1.2880225246980774, -4.2274535333762655],
  [1, 0, -0.5772156649015329],
  [2, 0, 0.42278433509846713],
  [7.5, 7.534364236758733, 1.9467574842460869],
  [33, 81.55795945611504, 3.4812795305349873],
  [1000.5, 5908.674175848677, 6.907755320648796],
  [1e6, 12815504.56914761, 13.815510057964191],
])('ln Γ and ψ at %d', (x, logGammaOfX, digammaOfX) => {
  expect(Math.abs(logGamma(x) - logGammaOfX)).toBeLessThan(1e-14 * Math.max(1, Math.abs(logGammaOfX)))
  expect(Math.abs(digamma(x) - digammaOfX)).toBeLessThan(1e-14 * Math.max(1, Math.abs(digammaOfX)))
})

test.each([
  [0.5, 2, 3, 0.6875],
  [0.01, 0.3, 0.2, 0.1082598158496468],
  [0.9, 12, 0.24, 0.04659195676563579],
  [0.999, 400, 0.5, 0.3711232053194711],
  [0.3, 250, 1000, 0.9999999999999994],
  [0.946, 5000, 0.25, 1.179327457168755e-123],
  [0.2, 1, 700, 1],
  [0, 1, 2, 0],
  [1, 1, 2, 1],
])('the incomplete beta function at %d, %d, %d', (x, a, b, expected) => {
  expect(Math.abs(incompleteBeta(x, a, b) - expected)).toBeLessThanOrEqual(1e-11 * expected)
})

test('a rising factorial keeps its digits where a difference of ln Γ loses them', () => {
  expect(logRising(0.25, 200)).toBeCloseTo(857.9697576978508, 11)
  expect(logRising(1e6, 40)).toBeCloseTo(552.6212023083011, 11)
  expect(logRising(3.5, 7)).toBeCloseTo(12.739651617056689, 13)
  expect(logRising(2, 0)).toBe(0)
})

test('Gauss–Legendre quadrature of n points is exact for polynomials of degree 2n − 1', () => {
  for (const n of [2, 5, 16, 32]) {
    const { nodes, weights } = gaussLegendre(n)
    const integral = nodes.reduce((sum, at, i) => sum + (weights[i] as number) * at ** (2 * n - 1), 0)
    expect(Math.abs(integral * 2 * n - 1)).toBeLessThan(1e-12)
  }
})
