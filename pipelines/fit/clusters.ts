/** Points of one number of dimensions, one after the other. */
export interface Points {
  values: Float64Array
  dimensions: number
}

export interface Clustering {
  /** Centres, one after the other. */
  centres: Float64Array
  /** Cluster of each point. */
  labels: Int32Array
  /** Σ of squared distances to the own centre. */
  within: number
}

const rounds = 50
const starts = 3

/**
 * k-means (Lloyd 1982) from k-means++ starts (Arthur, Vassilvitskii 2007); of several starts the one with the least sum of squares.
 * `next` gives uniform numbers in (0, 1). Clusters come by their first coordinate, ascending. Null with fewer distinct points than k.
 */
export function kMeans(points: Points, k: number, next: () => number): Clustering | null {
  let best: Clustering | null = null
  for (let start = 0; start < starts; start += 1) {
    const centres = spread(points, k, next)
    if (!centres) return null
    const found = settle(points, centres, k)
    if (!best || found.within < best.within) best = found
  }
  return best && ordered(best, k, points.dimensions)
}

const sizeOf = ({ values, dimensions }: Points): number => values.length / dimensions

function distance(a: Float64Array, from: number, b: Float64Array, to: number, dimensions: number): number {
  let sum = 0
  for (let d = 0; d < dimensions; d += 1) {
    const difference = (a[from + d] as number) - (b[to + d] as number)
    sum += difference * difference
  }
  return sum
}

/** Starting centres, each drawn with a chance that grows with the square of its distance from those before it. */
function spread(points: Points, k: number, next: () => number): Float64Array | null {
  const { values, dimensions } = points
  const size = sizeOf(points)
  if (size < k) return null
  const centres = new Float64Array(k * dimensions)
  const nearest = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
  let chosen = Math.floor(next() * size)
  for (let centre = 0; centre < k; centre += 1) {
    centres.set(values.subarray(chosen * dimensions, (chosen + 1) * dimensions), centre * dimensions)
    let total = 0
    for (let i = 0; i < size; i += 1) {
      const apart = distance(values, i * dimensions, centres, centre * dimensions, dimensions)
      nearest[i] = Math.min(nearest[i] as number, apart)
      total += nearest[i] as number
    }
    if (centre + 1 < k && !(total > 0)) return null
    let left = next() * total
    chosen = 0
    while (chosen + 1 < size && left >= (nearest[chosen] as number)) {
      left -= nearest[chosen] as number
      chosen += 1
    }
  }
  return centres
}

function settle({ values, dimensions }: Points, centres: Float64Array, k: number): Clustering {
  const size = values.length / dimensions
  const labels = new Int32Array(size).fill(-1)
  let within = 0
  for (let round = 0; round < rounds; round += 1) {
    let moved = 0
    within = 0
    const sums = new Float64Array(k * dimensions)
    const counts = new Float64Array(k)
    for (let i = 0; i < size; i += 1) {
      let [label, least] = [0, Number.POSITIVE_INFINITY]
      for (let centre = 0; centre < k; centre += 1) {
        const apart = distance(values, i * dimensions, centres, centre * dimensions, dimensions)
        if (apart < least) [label, least] = [centre, apart]
      }
      if (labels[i] !== label) moved += 1
      labels[i] = label
      within += least
      counts[label] = (counts[label] as number) + 1
      for (let d = 0; d < dimensions; d += 1) {
        sums[label * dimensions + d] =
          (sums[label * dimensions + d] as number) + (values[i * dimensions + d] as number)
      }
    }
    if (moved === 0) break
    for (let at = 0; at < sums.length; at += 1) {
      const count = counts[Math.floor(at / dimensions)] as number
      if (count > 0) centres[at] = (sums[at] as number) / count
    }
  }
  return { centres, labels, within }
}

function ordered({ centres, labels, within }: Clustering, k: number, dimensions: number): Clustering {
  const order = Array.from({ length: k }, (_, i) => i).sort(
    (a, b) => (centres[a * dimensions] as number) - (centres[b * dimensions] as number) || a - b,
  )
  const places = new Map(order.map((cluster, place) => [cluster, place]))
  return {
    centres: Float64Array.from(
      order.flatMap((i) => [...centres.subarray(i * dimensions, (i + 1) * dimensions)]),
    ),
    labels: labels.map((label) => places.get(label) as number),
    within,
  }
}

/**
 * Mean silhouette (Rousseeuw 1987): (b − a) / max(a, b), where a is the mean distance to the own cluster and b to the nearest other;
 * of the first `most` points. Null with fewer than two clusters among them.
 */
export function silhouette(points: Points, labels: Int32Array, k: number, most = 500): number | null {
  const { values, dimensions } = points
  const size = Math.min(sizeOf(points), most)
  let total = 0
  for (let i = 0; i < size; i += 1) {
    const sums = new Float64Array(k)
    const counts = new Float64Array(k)
    for (let j = 0; j < size; j += 1) {
      if (j === i) continue
      const label = labels[j] as number
      sums[label] =
        (sums[label] as number) +
        Math.sqrt(distance(values, i * dimensions, values, j * dimensions, dimensions))
      counts[label] = (counts[label] as number) + 1
    }
    const own = labels[i] as number
    if ((counts[own] as number) === 0) continue
    const means = Array.from(sums, (sum, label) =>
      counts[label] === 0 ? Number.POSITIVE_INFINITY : sum / (counts[label] as number),
    )
    const a = means[own] as number
    const b = Math.min(...means.filter((_, label) => label !== own))
    if (b === Number.POSITIVE_INFINITY) return null
    total += Math.max(a, b) > 0 ? (b - a) / Math.max(a, b) : 0
  }
  return size > 1 ? total / size : null
}

/** A reproducible stream of uniform numbers in (0, 1): mulberry32 (Ettinger 2017). */
export function uniforms(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32
  }
}
