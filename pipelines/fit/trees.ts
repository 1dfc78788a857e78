import {
  baseLogit,
  binsOf,
  chanceOf,
  type Examples,
  type Learner,
  type Learnt,
  type Pattern,
} from './examples.ts'

/** A split sends bins up to `cut` left. `value` is what the node adds to the logit where the walk ends in it. */
export interface Node {
  value: number
  feature: number
  cut: number
  left: number
  right: number
}

export interface Forest {
  base: number
  features: number
  trees: Node[][]
}

const rounds = 45
const depth = 3
const rate = 0.2
/** Pulls a leaf towards 0, and the least curvature (about four examples each way) that a side of a split must have. */
const [lambda, leastCurvature] = [4, 8]

/** Sums of slope and curvature by feature and bin: all that the split of a node needs of its examples. */
interface Histogram {
  g: Float64Array
  h: Float64Array
}

interface Growing {
  examples: Examples
  /** Where each feature's bins begin in a histogram. */
  offsets: number[]
  sizes: number[]
  g: Float64Array
  h: Float64Array
}

/**
 * Gradient-boosted trees by second-order steps (Friedman 2001; Chen and Guestrin 2016) on histograms of bins: of two sides of a
 * split only the smaller is counted, the other is what remains. Nothing is drawn at random.
 */
export const trees: Learner<Forest> = {
  name: 'trees',
  fit(examples) {
    const sizes = binsOf(examples)
    const offsets = sizes.map((_, f) => sizes.slice(0, f).reduce((total, size) => total + size, 0))
    const { n, hits } = examples
    const base = baseLogit(examples)
    const logits = new Float64Array(n.length).fill(base)
    const growing: Growing = {
      examples,
      offsets,
      sizes,
      g: new Float64Array(n.length),
      h: new Float64Array(n.length),
    }
    const all = Int32Array.from(n.keys())
    const grown: Node[][] = []
    for (let round = 0; round < rounds; round += 1) {
      for (let i = 0; i < n.length; i += 1) {
        const chance = chanceOf(logits[i] as number)
        growing.g[i] = (hits[i] as number) - (n[i] as number) * chance
        growing.h[i] = (n[i] as number) * chance * (1 - chance)
      }
      const tree: Node[] = []
      grow(growing, tree, all, count(growing, all), depth, logits)
      if (tree.length === 1) break
      grown.push(tree)
    }
    return { base, features: sizes.length, trees: grown }
  },
  open: openForest,
}

/** Adds the node of these examples and those below it; leaves add their value to the logits. Returns its place. */
function grow(
  growing: Growing,
  tree: Node[],
  rows: Int32Array,
  histogram: Histogram,
  levels: number,
  logits: Float64Array,
): number {
  const first = growing.sizes[0] ?? 0
  let [g, h] = [0, 0]
  for (let bin = 0; bin < first; bin += 1) {
    g += histogram.g[bin] as number
    h += histogram.h[bin] as number
  }
  const value = (rate * g) / (h + lambda)
  const place = tree.push({ value, feature: -1, cut: 0, left: -1, right: -1 }) - 1
  const split = levels > 0 ? bestSplit(growing, histogram, g, h) : null
  if (!split) {
    for (const row of rows) logits[row] = (logits[row] as number) + value
    return place
  }
  const digits = growing.examples.digits[split.feature] as Uint8Array
  const left = rows.filter((row) => (digits[row] as number) <= split.cut)
  const right = rows.filter((row) => (digits[row] as number) > split.cut)
  const leftSmaller = left.length <= right.length
  const counted = count(growing, leftSmaller ? left : right)
  const other = { g: minus(histogram.g, counted.g), h: minus(histogram.h, counted.h) }
  const node = tree[place] as Node
  Object.assign(node, split)
  node.left = grow(growing, tree, left, leftSmaller ? counted : other, levels - 1, logits)
  node.right = grow(growing, tree, right, leftSmaller ? other : counted, levels - 1, logits)
  return place
}

const minus = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - (b[i] as number))

function count({ examples: { digits }, offsets, sizes, g, h }: Growing, rows: Int32Array): Histogram {
  const size = sizes.reduce((total, bins) => total + bins, 0)
  const histogram = { g: new Float64Array(size), h: new Float64Array(size) }
  for (let f = 0; f < digits.length; f += 1) {
    const [column, offset] = [digits[f] as Uint8Array, offsets[f] as number]
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i] as number
      const bin = offset + (column[row] as number)
      histogram.g[bin] = (histogram.g[bin] as number) + (g[row] as number)
      histogram.h[bin] = (histogram.h[bin] as number) + (h[row] as number)
    }
  }
  return histogram
}

/** The split that gains most; null where none gains. Of equal ones the first: the result hangs on nothing but the data. */
function bestSplit(
  { offsets, sizes }: Growing,
  histogram: Histogram,
  g: number,
  h: number,
): { feature: number; cut: number } | null {
  let best: { feature: number; cut: number } | null = null
  let most = (g * g) / (h + lambda) + 1e-6
  for (let feature = 0; feature < sizes.length; feature += 1) {
    let [leftG, leftH] = [0, 0]
    for (let cut = 0; cut + 1 < (sizes[feature] as number); cut += 1) {
      leftG += histogram.g[(offsets[feature] as number) + cut] as number
      leftH += histogram.h[(offsets[feature] as number) + cut] as number
      const [rightG, rightH] = [g - leftG, h - leftH]
      if (leftH < leastCurvature || rightH < leastCurvature) continue
      const gain = (leftG * leftG) / (leftH + lambda) + (rightG * rightG) / (rightH + lambda)
      if (gain > most) {
        most = gain
        best = { feature, cut }
      }
    }
  }
  return best
}

/** What a step down changes in the value goes to the feature it asked about (Saabas 2014): the parts add up to the logit. */
function openForest({ base, features, trees: grown }: Forest): Learnt {
  return {
    name: 'trees',
    base: grown.reduce((sum, tree) => sum + (tree[0] as Node).value, base),
    contributions(pattern: Pattern) {
      const parts = new Float64Array(features)
      for (const tree of grown) {
        let node = tree[0] as Node
        while (node.feature >= 0) {
          const next = tree[(pattern[node.feature] as number) <= node.cut ? node.left : node.right] as Node
          parts[node.feature] = (parts[node.feature] as number) + next.value - node.value
          node = next
        }
      }
      return parts
    },
  }
}
