/**
 * The Fellegi–Sunter model of record linkage, with a second hidden fact. Beside "are the two records one person?" it
 * asks "do they come from one home?": people who live together agree on address and family name without being one
 * person, and people who moved agree on nothing but themselves. Within each of the four classes comparisons are
 * independent. Estimated by expectation-maximisation over counted comparison patterns, without labels.
 *
 * Fellegi & Sunter (1969), A theory for record linkage; Winkler (1988) for the estimation; Larsen & Rubin (2001) for
 * mixtures with more than two classes.
 */

/**
 * What an agreement speaks for. `personal`: for the same person only; `home`: for the same home only; `mixed`: for
 * the same person, and to a degree of its own for the same home (family name, telephone).
 */
export type Role = 'personal' | 'home' | 'mixed'

export interface Comparison {
  name: string
  role: Role
  /** Share of each level between two records of one person, as far as one can say beforehand. Level 0 is "differs". */
  expected: readonly number[]
}

/** Comparison patterns and how many pairs show each. Columns of one length. */
export interface PairPatterns {
  /** By comparison: the level, −1 where it cannot be compared. */
  levels: readonly Int8Array[]
  n: Float64Array
}

export interface LinkageData {
  comparisons: readonly Comparison[]
  /** Pairs that blocking brings together. All other pairs are taken for different people. */
  candidates: PairPatterns
  /** Pairs drawn at random. */
  random: PairPatterns
  /** Records that were compared with each other. */
  records: number
  /** Pairs there are in all; by default every two records. */
  pairs?: number
}

/** Shares of all pairs: same person at the same home, same person elsewhere, others at the same home, others. */
export type Classes = [sameHome: number, sameMoved: number, otherHome: number, other: number]

export interface LinkageFit {
  shares: Classes
  /** By comparison and level: share in the class that the role speaks for (one person; for `home` one home). */
  same: Float64Array[]
  /** By comparison and level: share between different people of one home; as `other` unless the role is mixed. */
  home: Float64Array[]
  /** By comparison and level: share between people who have nothing to do with each other. */
  other: Float64Array[]
  iterations: number
  converged: boolean
  /** Pairs expected to be one person. */
  matches: number
  /**
   * `learned` from the data; `assumed` when what came out for "one person" differs in personal comparisons more often
   * than it agrees: there are too few duplicates to learn from, and levels weigh what is expected beforehand.
   */
  basis: 'learned' | 'assumed'
}

const maxIterations = 500
const tolerance = 1e-6

/** Pairs that what is expected beforehand weighs as much as: it holds few duplicates in place, and yields to many. */
const priorPairs = (records: number) => Math.max(100, records / 50)

/** Estimates shares and level distributions. Deterministic. */
export function fitLinkage(data: LinkageData): LinkageFit {
  const learned = estimate(data, 'learned')
  return isOnePerson(learned, data.comparisons) ? learned : estimate(data, 'assumed')
}

function estimate(data: LinkageData, basis: LinkageFit['basis']): LinkageFit {
  const { comparisons, candidates, random, records } = data
  const pairs = data.pairs ?? (records * (records - 1)) / 2
  let state = begin(data, pairs)
  let iterations = 0
  let converged = pairs < 1 || candidates.n.length === 0
  while (!converged && iterations < maxIterations) {
    iterations += 1
    const seen = posteriors(state, comparisons, candidates)
    const drawn = posteriors(state, comparisons, random)
    const next = maximise(data, pairs, seen, drawn)
    if (basis === 'assumed') next.same = next.same.map((shares, c) => assumed(comparisons[c], shares))
    converged = distance(state, next, pairs) < tolerance
    state = next
  }
  const matches = (state.shares[0] + state.shares[1]) * pairs
  return { ...state, iterations, converged, matches, basis }
}

/** How alike homes are can be learned from neighbours and families, of whom there are enough. */
const assumed = (comparison: Comparison | undefined, learned: Float64Array): Float64Array =>
  comparison && comparison.role !== 'home' ? Float64Array.from(comparison.expected) : learned

type State = Pick<LinkageFit, 'shares' | 'same' | 'home' | 'other'>

function begin({ comparisons, random, records }: LinkageData, pairs: number): State {
  const part = pairs < 1 ? 0 : records / pairs
  const shares: Classes = [0.5 * part, 0.1 * part, 0.3 * part, 0]
  const same = comparisons.map(({ expected }) => Float64Array.from(expected))
  const other = comparisons.map(({ expected }, c) =>
    share(
      count(random.levels[c] as Int8Array, random.n, expected.length),
      expected.map(() => 0.5 / expected.length),
    ),
  )
  const home = comparisons.map(({ role }, c) => (role === 'mixed' ? same[c] : other[c]) as Float64Array)
  return { shares: closed(shares, comparisons), same, home, other }
}

/** Without a comparison that speaks for a home, there is nothing to tell homes by. */
function closed([sameHome, sameMoved, otherHome]: Classes, comparisons: readonly Comparison[]): Classes {
  const hasHome = comparisons.some(({ role }) => role === 'home')
  const kept: Classes = hasHome ? [sameHome, sameMoved, otherHome, 0] : [sameHome + sameMoved, 0, 0, 0]
  kept[3] = 1 - kept[0] - kept[1] - kept[2]
  return kept
}

/** Pairs of each pattern by class: n × P(class | pattern). */
function posteriors(state: State, comparisons: readonly Comparison[], { levels, n }: PairPatterns) {
  const classes = Array.from({ length: 4 }, () => new Float64Array(n.length)) as Float64Array[] & {
    length: 4
  }
  const [a, b, c, d] = state.shares.map((one) => Math.log(Math.max(one, 1e-300))) as Classes
  const tables = comparisons.map(({ role }, i) => ({ role, ...ratios(state, i) }))
  for (let row = 0; row < n.length; row += 1) {
    let personal = 0
    let home = 0
    let mixedHome = 0
    for (let i = 0; i < tables.length; i += 1) {
      const level = (levels[i] as Int8Array)[row] as number
      if (level < 0) continue
      const { role, same, atHome } = tables[i] as (typeof tables)[number]
      if (role === 'home') home += same[level] as number
      else personal += same[level] as number
      if (role === 'mixed') mixedHome += atHome[level] as number
    }
    const logs = [a + personal + home, b + personal, c + home + mixedHome, d] as const
    const top = Math.max(...logs)
    const odds = logs.map((log) => Math.exp(log - top)) as Classes
    const scale = (n[row] as number) / (odds[0] + odds[1] + odds[2] + odds[3])
    for (let k = 0; k < 4; k += 1) (classes[k] as Float64Array)[row] = (odds[k] as number) * scale
  }
  return classes
}

/** Log-likelihood ratios against people who have nothing to do with each other, by level. */
const ratios = ({ same, home, other }: State, c: number) => {
  const against = (shares: Float64Array) =>
    shares.map((one, level) => Math.log(one / ((other[c] as Float64Array)[level] as number)))
  return { same: against(same[c] as Float64Array), atHome: against(home[c] as Float64Array) }
}

function maximise(
  { comparisons, candidates, random, records }: LinkageData,
  pairs: number,
  seen: Float64Array[],
  drawn: Float64Array[],
): State {
  const [sameHome, sameMoved, otherHome] = seen.map((one) => sum(one) / pairs) as Classes
  const weight = priorPairs(records)
  const speaks = { personal: added(seen, [0, 1]), mixed: added(seen, [0, 1]), home: added(seen, [0, 2]) }
  const silent = { personal: added(drawn, [2, 3]), mixed: added(drawn, [3]), home: added(drawn, [1, 3]) }
  const state: State = {
    shares: closed([sameHome, sameMoved, otherHome, 0], comparisons),
    same: [],
    home: [],
    other: [],
  }
  comparisons.forEach(({ role, expected }, c) => {
    const size = expected.length
    const even = expected.map(() => 0.5 / size)
    const at = candidates.levels[c] as Int8Array
    const other = share(count(random.levels[c] as Int8Array, silent[role], size), even)
    const atHome = role === 'mixed' ? share(count(at, seen[2] as Float64Array, size), even) : other
    const prior = expected.map((one) => one * weight)
    state.same.push(share(count(at, speaks[role], size), prior))
    state.home.push(atHome)
    state.other.push(other)
  })
  return state
}

function added(classes: Float64Array[], chosen: number[]): Float64Array {
  const total = new Float64Array((classes[0] as Float64Array).length)
  for (const k of chosen) {
    const one = classes[k] as Float64Array
    for (let i = 0; i < total.length; i += 1) total[i] = (total[i] as number) + (one[i] as number)
  }
  return total
}

function count(levels: Int8Array, n: Float64Array, size: number): Float64Array {
  const counts = new Float64Array(size)
  for (let i = 0; i < levels.length; i += 1) {
    const level = levels[i] as number
    if (level >= 0) counts[level] = (counts[level] as number) + (n[i] as number)
  }
  return counts
}

/** Counts as shares, with pseudo-counts added; no share is zero. */
function share(counts: Float64Array, prior: readonly number[]): Float64Array {
  const padded = counts.map((one, level) => one + Math.max(prior[level] as number, 1e-6))
  const total = sum(padded)
  return padded.map((one) => one / total)
}

const sum = (values: Float64Array): number => {
  let total = 0
  for (const value of values) total += value
  return total
}

/** The largest change of a level's share, or of the number of matches against itself. */
function distance(from: State, to: State, pairs: number): number {
  const matches = ({ shares }: State) => (shares[0] + shares[1]) * pairs
  let largest = Math.abs(matches(to) - matches(from)) / (matches(from) + 1)
  for (const part of ['same', 'home', 'other'] as const) {
    to[part].forEach((shares, c) => {
      shares.forEach((one, level) => {
        largest = Math.max(largest, Math.abs(one - ((from[part][c] as Float64Array)[level] as number)))
      })
    })
  }
  return largest
}

const isOnePerson = ({ same }: State, comparisons: readonly Comparison[]): boolean =>
  comparisons.every(({ role }, c) => role !== 'personal' || ((same[c] as Float64Array)[0] as number) <= 0.5)
