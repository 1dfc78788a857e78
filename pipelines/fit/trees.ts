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

/** Slope and curvature, side by side, by feature and bin: all that the split of a node needs of its examples. */
type Histogram = Float64Array

interface Growing {
  /** Where each feature's bins begin in a histogram, and their number. */
  offsets: number[]
  sizes: number[]
  /** Place in a histogram of each feature of an example, example by example. */
  places: Uint16Array
  /** Of each example. */
  g: Float64Array
  h: Float64Array
  logits: Float64Array
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
    const [g, h] = [new Float64Array(n.length), new Float64Array(n.length)]
    const growing: Growing = { offsets, sizes, places: placesOf(examples, offsets), g, h, logits }
    const all = Int32Array.from(n.keys())
    const grown: Node[][] = []
    for (let round = 0; round < rounds; round += 1) {
      for (let i = 0; i < n.length; i += 1) {
        const chance = chanceOf(logits[i] as number)
        g[i] = (hits[i] as number) - (n[i] as number) * chance
        h[i] = (n[i] as number) * chance * (1 - chance)
      }
      const tree: Node[] = []
      grow(growing, tree, all, count(growing, all, sizes.length), depth)
      if (tree.length === 1) break
      grown.push(tree)
    }
    return { base, features: sizes.length, trees: grown }
  },
  open: openForest,
}

function placesOf({ digits, n }: Examples, offsets: number[]): Uint16Array {
  const places = new Uint16Array(n.length * offsets.length)
  for (let f = 0; f < offsets.length; f += 1) {
    const [column, offset] = [digits[f] as Uint8Array, offsets[f] as number]
    for (let i = 0, at = f; i < n.length; i += 1, at += offsets.length)
      places[at] = offset + (column[i] as number)
  }
  return places
}

/** Adds the node of these examples and those below it; leaves add their value to the logits. Returns its place. */
function grow(
  growing: Growing,
  tree: Node[],
  rows: Int32Array,
  histogram: Histogram,
  levels: number,
): number {
  const { sizes, offsets, logits } = growing
  const first = sizes[0] ?? 0
  let [g, h] = [0, 0]
  for (let bin = 0; bin < first; bin += 1) {
    g += histogram[2 * bin] as number
    h += histogram[2 * bin + 1] as number
  }
  const value = (rate * g) / (h + lambda)
  const place = tree.push({ value, feature: -1, cut: 0, left: -1, right: -1 }) - 1
  const split = levels > 0 ? bestSplit(growing, histogram, g, h) : null
  if (!split) {
    for (const row of rows) logits[row] = (logits[row] as number) + value
    return place
  }
  const last = (offsets[split.feature] as number) + split.cut
  const { left, right } = parted(growing, rows, split.feature, last)
  const leftSmaller = left.length <= right.length
  // A leaf is not split: the bins of one feature tell its sums.
  const counted = count(growing, leftSmaller ? left : right, levels > 1 ? sizes.length : 1)
  const other = counted.map((sum, i) => (histogram[i] as number) - sum)
  const node = tree[place] as Node
  Object.assign(node, split)
  node.left = grow(growing, tree, left, leftSmaller ? counted : other, levels - 1)
  node.right = grow(growing, tree, right, leftSmaller ? other : counted, levels - 1)
  return place
}

/** Those up to the last bin that goes left, and the others, in their order. */
function parted({ places, sizes }: Growing, rows: Int32Array, feature: number, last: number) {
  const [left, right] = [new Int32Array(rows.length), new Int32Array(rows.length)]
  let [lefts, rights] = [0, 0]
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i] as number
    if ((places[row * sizes.length + feature] as number) <= last) left[lefts++] = row
    else right[rights++] = row
  }
  return { left: left.subarray(0, lefts), right: right.subarray(0, rights) }
}

/** The bins of the first features, as many as are wanted. */
function count({ places, sizes, g, h }: Growing, rows: Int32Array, features: number): Histogram {
  const histogram = new Float64Array(2 * sizes.slice(0, features).reduce((total, bins) => total + bins, 0))
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i] as number
    const [slope, curvature] = [g[row] as number, h[row] as number]
    const from = row * sizes.length
    for (let at = from; at < from + features; at += 1) {
      const bin = 2 * (places[at] as number)
      histogram[bin] = (histogram[bin] as number) + slope
      histogram[bin + 1] = (histogram[bin + 1] as number) + curvature
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
      const bin = 2 * ((offsets[feature] as number) + cut)
      leftG += histogram[bin] as number
      leftH += histogram[bin + 1] as number
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
