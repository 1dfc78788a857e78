import { usageError } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { Project } from '../project.ts'
import type { Outline, OutlinedTable } from './outline.ts'
import { readOutline } from './read-outline.ts'

export interface GraphNode {
  /** `schema.table`; `report.name` for a report. */
  name: string
  kind: OutlinedTable['kind']
}

/** Which table is read by which. */
export interface Graph {
  /** Each after those it reads. */
  nodes: GraphNode[]
  /** `[read, reader]`, in the order of the readers. */
  edges: [from: string, to: string][]
  /** The table it was drawn around. */
  around?: string
}

export interface GraphOptions {
  /** Only this table, what it is made of and what is made of it. */
  around?: string
}

/** The graph of sources, models and reports, read from the code as it stands. Throws a usage error on an unknown table. */
export async function graph(project: Project, options: GraphOptions = {}): Promise<Graph> {
  return graphOf(await readOutline(project), options)
}

export function graphOf({ tables }: Outline, { around }: GraphOptions = {}): Graph {
  const names = new Set(tables.map(({ name }) => name))
  const edges = tables.flatMap(({ name, inputs }) =>
    inputs.filter((input) => names.has(input)).map((input): [string, string] => [input, name]),
  )
  const nodes = tables.map(({ name, kind }) => ({ name, kind }))
  if (around === undefined) return { nodes, edges }
  const centre = around.toLowerCase()
  if (!names.has(centre)) {
    const how = didYouMean(centre, names) ?? 'Write schema.table; "clientele graph" lists the tables.'
    throw usageError({ what: `no table is called ${around}`, how })
  }
  const kept = new Set([centre, ...reached(centre, edges, 'up'), ...reached(centre, edges, 'down')])
  return {
    nodes: nodes.filter(({ name }) => kept.has(name)),
    edges: edges.filter(([from, to]) => kept.has(from) && kept.has(to)),
    around: centre,
  }
}

/** Everything that a table is made of (up), or that is made of it (down). */
export function reached(start: string, edges: Graph['edges'], way: 'up' | 'down'): Set<string> {
  const next = Map.groupBy(edges, ([from, to]) => (way === 'up' ? to : from))
  const found = new Set<string>()
  const visit = (name: string) => {
    for (const [from, to] of next.get(name) ?? []) {
      const other = way === 'up' ? from : to
      if (found.has(other)) continue
      found.add(other)
      visit(other)
    }
  }
  visit(start)
  return found
}
