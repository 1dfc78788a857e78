/** A stream of random numbers that is the same on every machine for the same seed. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Whole number in [0, below). */
  int(below: number): number
  /** Whole number in [from, to], both included. */
  between(from: number, to: number): number
  chance(probability: number): boolean
  normal(): number
  exponential(mean: number): number
  /** Gamma with the given shape and mean 1 x shape. */
  gamma(shape: number): number
  beta(a: number, b: number): number
  poisson(mean: number): number
  pick<T>(list: readonly T[]): T
  shuffle<T>(list: T[]): T[]
}

/**
 * Small Fast Chaotic generator, 32 bits (sfc32; C. Doty-Humphrey, PractRand), seeded by FNV-1a over the text.
 * Every part of the simulation takes a stream of its own, so that a change in one part leaves the others alone.
 */
export function random(seed: string): Random {
  let [a, b, c, counter] = seedWords(seed)
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4294967296
  }
  for (let i = 0; i < 16; i++) next()
  let spare = Number.NaN
  const normal = () => {
    if (!Number.isNaN(spare)) {
      const value = spare
      spare = Number.NaN
      return value
    }
    // Marsaglia's polar method
    for (;;) {
      const u = 2 * next() - 1
      const v = 2 * next() - 1
      const s = u * u + v * v
      if (s === 0 || s >= 1) continue
      const scale = Math.sqrt((-2 * Math.log(s)) / s)
      spare = v * scale
      return u * scale
    }
  }
  // Marsaglia and Tsang, "A simple method for generating gamma variables" (2000)
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * (1 - next()) ** (1 / shape)
    const d = shape - 1 / 3
    const scale = 1 / Math.sqrt(9 * d)
    for (;;) {
      const x = normal()
      const v = (1 + scale * x) ** 3
      if (v <= 0) continue
      if (Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
    }
  }
  const int = (below: number) => Math.floor(next() * below)
  return {
    next,
    int,
    between: (from, to) => from + int(to - from + 1),
    chance: (probability) => next() < probability,
    normal,
    exponential: (mean) => -mean * Math.log(1 - next()),
    gamma,
    beta: (p, q) => {
      const x = gamma(p)
      return x / (x + gamma(q))
    },
    poisson: (mean) => {
      const limit = Math.exp(-mean)
      let count = 0
      for (let product = next(); product > limit; product *= next()) count++
      return count
    },
    pick: (list) => list[int(list.length)] as (typeof list)[number],
    shuffle: (list) => {
      for (let i = list.length - 1; i > 0; i--) {
        const j = int(i + 1)
        const held = list[i] as (typeof list)[number]
        list[i] = list[j] as (typeof list)[number]
        list[j] = held
      }
      return list
    },
  }
}

/** Draws positions of `weights` with their relative weight. */
export function weighted(weights: readonly number[]): (rng: Random) => number {
  const edges = new Float64Array(weights.length)
  let total = 0
  weights.forEach((weight, i) => {
    total += weight
    edges[i] = total
  })
  return (rng) => firstAbove(edges, rng.next() * total)
}

/** Position of the first edge above `value`; the last position when none is. Edges ascend. */
export function firstAbove(edges: Float64Array, value: number): number {
  let low = 0
  let high = edges.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((edges[middle] as number) > value) high = middle
    else low = middle + 1
  }
  return low
}

function seedWords(seed: string): [number, number, number, number] {
  let hash = 0x811c9dc5
  const word = (salt: number) => {
    for (const character of `${salt}:${seed}`) {
      hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193)
    }
    hash ^= hash >>> 15
    hash = Math.imul(hash, 0x2c1b3c6d)
    hash ^= hash >>> 12
    return hash | 0
  }
  return [word(1), word(2), word(3), word(4)]
}
