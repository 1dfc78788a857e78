import Handlebars from 'handlebars'
import { type Graph, type GraphNode, reached } from '../graph.ts'
import { type Box, type Drawn, layOut, type Placed } from './layout.ts'

/** Width of a text in pixels. */
export type Measure = (text: string, size: number, weight: 400 | 600) => number

export interface Picture {
  graph: Graph
  measure: Measure
  hrefOf(name: string): string | undefined
  /** Told in words beside the name: how its tests went. */
  stateOf(name: string): string
  /** The table the picture is about. */
  centre?: string
  title: string
}

const textSize = 12.5
const boxHeight = 26
const padding = 11
const margin = 12

/** The graph as an SVG whose boxes are links. Lines that a longer way makes needless are there, and hidden. */
export function drawGraph({
  graph,
  measure,
  hrefOf,
  stateOf,
  centre,
  title,
}: Picture): Handlebars.SafeString {
  const kinds = new Map(graph.nodes.map((node) => [node.name, node]))
  const boxes = graph.nodes.map(
    ({ name }): Box => ({
      id: name,
      height: boxHeight,
      width: Math.ceil(widthOf(name, measure)) + 2 * padding,
    }),
  )
  const { needed, spare } = split(graph)
  const layout = layOut(boxes, needed, centre === undefined ? { x: 44, y: 12 } : { x: 56, y: 8 })
  const places = new Map(layout.boxes.map((box) => [box.id, box]))
  const lines = [
    ...layout.lines.map((line) => pathOf(line, 'line')),
    ...spare.map(([from, to]) =>
      pathOf(straight(places.get(from) as Placed, places.get(to) as Placed), 'line spare'),
    ),
  ]
  const drawn = layout.boxes
    .toSorted((a, b) => a.rank - b.rank || a.y - b.y)
    .map((box) =>
      boxOf(box, kinds.get(box.id) as GraphNode, {
        href: hrefOf(box.id),
        state: stateOf(box.id),
        isCentre: box.id === centre,
      }),
    )
  const [width, height] = [layout.width + 2 * margin, layout.height + 2 * margin]
  return new Handlebars.SafeString(
    `<svg class="graph" role="group" aria-label="${escaped(title)}" viewBox="${-margin} ${-margin} ${width} ${height}" width="${width}" height="${height}"><g class="view">${lines.join('')}${drawn.join('')}</g></svg>`,
  )
}

const escaped = Handlebars.escapeExpression

function widthOf(name: string, measure: Measure): number {
  const [schema, table] = parts(name)
  return measure(schema, textSize, 400) + measure(table, textSize, 600)
}

function parts(name: string): [schema: string, table: string] {
  const dot = name.indexOf('.') + 1
  return [name.slice(0, dot), name.slice(dot)]
}

function boxOf(
  { id, x, y, width, height }: Placed,
  { kind }: GraphNode,
  { href, state, isCentre }: { href: string | undefined; state: string; isCentre: boolean },
): string {
  const [schema, table] = parts(id)
  const place = `x="${x}" y="${y}" width="${width}" height="${height}"`
  const text = `<text x="${x + padding}" y="${y + height / 2 + 4.5}"><tspan class="schema">${escaped(schema)}</tspan><tspan class="table">${escaped(table)}</tspan></text>`
  const mark =
    state === 'failed' || state === 'warned'
      ? `<circle class="${state}" cx="${x + width}" cy="${y}" r="4.5"/>`
      : ''
  const told = state === 'failed' ? ': a test failed' : state === 'warned' ? ': a test warned' : ''
  const classes = `box ${kind}${isCentre ? ' centre' : ''}`
  const inner = `<rect ${place} rx="3"/>${text}${mark}`
  const label = `aria-label="${escaped(id)}${told}"`
  if (href === undefined || isCentre)
    return `<g class="${classes}" data-name="${escaped(id)}" ${label}>${inner}</g>`
  return `<a class="${classes}" href="${escaped(href)}" data-name="${escaped(id)}" ${label}>${inner}</a>`
}

/** A line that leaves and arrives level. */
function pathOf({ from, to, points }: Drawn, classes: string): string {
  const [[x, y], ...rest] = points as [[number, number], ...[number, number][]]
  let path = `M${x} ${y}`
  let [lastX, lastY] = [x, y]
  for (const [nextX, nextY] of rest) {
    const middle = Math.round((lastX + nextX) / 2)
    path += lastY === nextY ? `H${nextX}` : `C${middle} ${lastY} ${middle} ${nextY} ${nextX} ${nextY}`
    ;[lastX, lastY] = [nextX, nextY]
  }
  return `<path class="${classes}" d="${path}" data-from="${escaped(from)}" data-to="${escaped(to)}"/>`
}

const straight = (from: Placed, to: Placed): Drawn => ({
  from: from.id,
  to: to.id,
  points: [
    [from.x + from.width, from.y + from.height / 2],
    [to.x, to.y + to.height / 2],
  ],
})

/** Of two tables that are joined anyway by way of a third, the direct line tells nothing of what comes first. */
function split({ edges }: Graph): { needed: Graph['edges']; spare: Graph['edges'] } {
  const readers = Map.groupBy(edges, ([from]) => from)
  const below = new Map<string, Set<string>>()
  const belowOf = (name: string): Set<string> => {
    const known = below.get(name)
    if (known) return known
    const found = reached(name, edges, 'down')
    below.set(name, found)
    return found
  }
  const isSpare = ([from, to]: [string, string]) =>
    (readers.get(from) ?? []).some(([, other]) => other !== to && belowOf(other).has(to))
  return { needed: edges.filter((edge) => !isSpare(edge)), spare: edges.filter(isSpare) }
}
