import { dot, inverse, type Matrix, multiply } from './linear.ts'

/** Value at `at`; writes the gradient there. Never called outside the box. */
export type Objective = (at: Float64Array, gradient: Float64Array) => number

export interface Box {
  lower: Float64Array
  upper: Float64Array
}

export interface Peak {
  at: Float64Array
  value: number
  /** The gradient vanished to rounding, or points out of the box. */
  converged: boolean
  /** Of the objective at the peak, row by row. */
  hessian: Matrix
  /** Starts that led to the same value within 0.01. */
  agreed: number
}

interface Point {
  at: Float64Array
  value: number
  gradient: Float64Array
}

/** Gain promised by a step below which climbing ends (and Newton's method takes over), and Newton's ends. */
const [nearby, reached] = [1e-6, 1e-12]
/** Gain still to be had that does not count: far below any difference of likelihood that says something. */
const negligible = 1e-4
/** The longest step in any coordinate. Coordinates are logarithms: a factor of e². */
const longest = 2

/**
 * Climbs from each start (BFGS with backtracking; Nocedal & Wright, Numerical Optimization, 6.1), coordinates that
 * press against the box held, then takes Newton steps from the highest point, on differences of the gradient.
 * With `sketches` (the objective on parts of the data, each larger than the one before) the starts compete on the first,
 * and the winner climbs on from one to the next: it is so nearly there, and the curvature of a part so nearly that of the
 * next, that the whole is looked at a few times only. Where there are several, the last is large enough for the curvature
 * at the peak; the gradient that must vanish is always that of the whole.
 */
export function maximise(
  objective: Objective,
  starts: readonly Float64Array[],
  box: Box,
  sketches: readonly Objective[] = [],
): Peak {
  const [race = objective, ...later] = [...sketches, objective]
  const points = starts.map((start) => climb(race, evaluate(race, clamp(start, box)), box))
  let top = points.reduce((a, b) => (a.value >= b.value ? a : b))
  const agreed = points.filter((point) => top.value - point.value < 0.01).length
  let below = race
  for (const next of later) {
    const metric = metricOf(below, top, box)
    top = climb(next, evaluate(next, top.at), box, metric)
    below = next
  }
  const [isLarge, isHuge] = [sketches.length > 0, sketches.length > 1]
  const largest = sketches.at(-1) as Objective
  const look = (at: Point) =>
    isHuge ? differences(largest, at, box) : differences(objective, at, box, isLarge)
  return { ...polish(objective, look, top, box), agreed }
}

/** The inverse of the curvature at a point: what a climb that begins near the peak should know from the start. */
function metricOf(objective: Objective, point: Point, box: Box): Matrix | null {
  return curvatureOf(differences(objective, point, box), within(point.gradient, point.at, box), point)
}

function climb(objective: Objective, start: Point, box: Box, known: Matrix | null = null): Point {
  const size = start.at.length
  let point = start
  let metric = known
  for (let iteration = 0; iteration < 200; iteration += 1) {
    const uphill = within(point.gradient, point.at, box)
    const scaled = metric ?? identity(size, 1 / Math.max(1, ...uphill.map(Math.abs)))
    let direction = within(multiply(scaled, size, uphill), point.at, box)
    if (!(dot(direction, uphill) > 0)) direction = uphill
    const gain = dot(direction, uphill)
    if (metric ? gain < nearby : gain === 0) return point
    const next = search(objective, point, direction, gain, box)
    if (!next) {
      if (!metric) return point
      // A stale metric can point nowhere: begin again from the gradient before giving up.
      metric = null
      continue
    }
    metric = updated(scaled, size, point, next, metric === null)
    point = next
  }
  return point
}

/** The first point along the direction that gains enough (Armijo); null when rounding leaves nothing to gain. */
function search(
  objective: Objective,
  from: Point,
  direction: Float64Array,
  gain: number,
  box: Box,
): Point | null {
  let step = Math.min(1, longest / Math.max(...direction.map(Math.abs)))
  const rounding = 1e-15 * Math.abs(from.value)
  while (step * gain > rounding) {
    const along = step
    const at = clamp(
      from.at.map((value, i) => value + along * (direction[i] as number)),
      box,
    )
    const point = evaluate(objective, at)
    if (Number.isFinite(point.value) && point.value > from.value + 1e-4 * step * gain) return point
    // The parabola through the two values and the slope tells how much shorter to try.
    const curved = (gain * step * step) / (2 * (from.value + gain * step - point.value))
    step = Math.min(step / 2, Math.max(step / 10, Number.isFinite(curved) ? curved : 0))
  }
  return null
}

/** The BFGS update of the inverse of the (negative) Hessian; left alone where the curvature has the wrong sign. */
function updated(metric: Matrix, size: number, from: Point, to: Point, first: boolean): Matrix {
  const move = to.at.map((value, i) => value - (from.at[i] as number))
  const change = from.gradient.map((value, i) => value - (to.gradient[i] as number))
  const curvature = dot(move, change)
  if (!(curvature > 1e-12 * Math.sqrt(dot(move, move) * dot(change, change)))) return metric
  const base = first ? identity(size, curvature / dot(change, change)) : metric
  const moved = multiply(base, size, change)
  const along = (1 + dot(change, moved) / curvature) / curvature
  return base.map((value, index) => {
    const [row, column] = [Math.floor(index / size), index % size]
    const [mr, mc] = [move[row] as number, move[column] as number]
    return (
      value + along * mr * mc - ((moved[row] as number) * mc + mr * (moved[column] as number)) / curvature
    )
  })
}

function polish(
  objective: Objective,
  look: (at: Point) => Matrix,
  start: Point,
  box: Box,
): Omit<Peak, 'agreed'> {
  const size = start.at.length
  let point = start
  let hessian = look(point)
  for (let step = 1; step <= 9; step += 1) {
    const uphill = within(point.gradient, point.at, box)
    const curvature = curvatureOf(hessian, uphill, point)
    if (!curvature) break
    const direction = multiply(curvature, size, uphill)
    const gain = dot(direction, uphill)
    if (gain < reached) break
    const next = search(objective, point, direction, gain, box)
    if (!next) break
    point = next
    // So near the peak the curvature hardly changes: one look at it serves three steps.
    if (step % 3 === 0) hessian = look(point)
  }
  return { at: point.at, value: point.value, converged: isPeak(point, hessian, box), hessian }
}

/**
 * The inverse of the negative Hessian, coordinates that press against the box held. On a ridge, where there is no
 * inverse, the curvature is raised by as little as gives one (Levenberg); null when no such curvature is in sight.
 */
function curvatureOf(hessian: Matrix, uphill: Float64Array, point: Point): Matrix | null {
  const size = uphill.length
  const isHeld = uphill.map((value, i) => (value === 0 && point.gradient[i] !== 0 ? 1 : 0))
  for (const raise of [0, 1e-4, 1e-2, 1, 100]) {
    const raised = hessian.map((value, index) => {
      const [row, column] = [Math.floor(index / size), index % size]
      if (isHeld[row] || isHeld[column]) return row === column ? 1 : 0
      return row === column ? raise - value : -value
    })
    const curvature = inverse(raised, size)
    if (curvature) return curvature
  }
  return null
}

function isPeak(point: Point, hessian: Matrix, box: Box): boolean {
  const uphill = within(point.gradient, point.at, box)
  const curvature = curvatureOf(hessian, uphill, point)
  return curvature !== null && dot(multiply(curvature, uphill.length, uphill), uphill) < negligible
}

/** Differences of the gradient, made symmetric: central ones; one-sided at the box, and where evaluations are dear. */
function differences(objective: Objective, { at, gradient }: Point, box: Box, isDear = false): Matrix {
  const size = at.length
  const rows = Array.from(at, (value, i) => {
    const above = clamp(at.with(i, value + 1e-4), box)
    const isOneSided = isDear && above[i] !== value
    const below = isOneSided ? at : clamp(at.with(i, value - 1e-4), box)
    const width = (above[i] as number) - (below[i] as number)
    const up = evaluate(objective, above).gradient
    const down = isOneSided ? gradient : evaluate(objective, below).gradient
    return up.map((slope, j) => (slope - (down[j] as number)) / width)
  })
  const cell = (i: number, j: number) => rows[i]?.[j] as number
  return Float64Array.from({ length: size * size }, (_, index) => {
    const [i, j] = [Math.floor(index / size), index % size]
    return (cell(i, j) + cell(j, i)) / 2
  })
}

function evaluate(objective: Objective, at: Float64Array): Point {
  const gradient = new Float64Array(at.length)
  const value = objective(at, gradient)
  return { at, value, gradient }
}

/** A direction without the coordinates that would leave the box. */
function within(direction: Float64Array, at: Float64Array, { lower, upper }: Box): Float64Array {
  return direction.map((value, i) => {
    const out =
      value > 0 ? (at[i] as number) >= (upper[i] as number) : (at[i] as number) <= (lower[i] as number)
    return out ? 0 : value
  })
}

function clamp(at: Float64Array, { lower, upper }: Box): Float64Array {
  return at.map((value, i) => Math.min(upper[i] as number, Math.max(lower[i] as number, value)))
}

function identity(size: number, scale: number): Matrix {
  return Float64Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? scale : 0))
}
