import type { Graph, GraphNode } from './graph.ts'

export type GraphFormat = 'tree' | 'mermaid' | 'dot'

/** The graph as text: a tree for the terminal, or the languages of Mermaid and Graphviz. */
export function printGraph(graph: Graph, format: GraphFormat = 'tree'): string {
  if (format === 'mermaid') return mermaid(graph)
  if (format === 'dot') return dot(graph)
  return graph.around === undefined ? wholeTree(graph) : treeAround(graph, graph.around)
}

/** From what is delivered down to what nobody reads. A table whose readers stand further up ends in "…". */
function wholeTree({ nodes, edges }: Graph): string {
  const readers = namesBy(edges, 'down')
  const read = new Set(edges.map(([, to]) => to))
  const seen = new Set<string>()
  const roots = nodes.map(({ name }) => name).filter((name) => !read.has(name))
  return roots.flatMap((name) => [name, ...branches(name, readers, seen)]).join('\n')
}

function treeAround({ edges }: Graph, name: string): string {
  const part = (title: string, way: 'up' | 'down') => {
    const lines = branches(name, namesBy(edges, way), new Set())
    return ['', ...(lines.length > 0 ? [title, ...lines] : [`${title}: nothing`])]
  }
  return [name, ...part('reads', 'up'), ...part('is read by', 'down')].join('\n')
}

function namesBy(edges: Graph['edges'], way: 'up' | 'down'): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const [from, to] of edges) {
    const [key, value] = way === 'up' ? [to, from] : [from, to]
    found.set(key, [...(found.get(key) ?? []), value])
  }
  return found
}

function branches(name: string, next: Map<string, string[]>, seen: Set<string>, indent = ''): string[] {
  const names = next.get(name) ?? []
  return names.flatMap((one, i) => {
    const isLast = i === names.length - 1
    const again = seen.has(one) && next.has(one)
    seen.add(one)
    const line = `${indent}${isLast ? '└─' : '├─'} ${one}${again ? ' …' : ''}`
    return again ? [line] : [line, ...branches(one, next, seen, `${indent}${isLast ? '   ' : '│  '}`)]
  })
}

const shapes: Record<GraphNode['kind'], [mermaid: [string, string], dot: string]> = {
  source: [['[(', ')]'], 'cylinder'],
  table: [['[', ']'], 'box'],
  view: [['[', ']'], 'box'],
  incremental: [['[', ']'], 'box'],
  program: [['[[', ']]'], 'component'],
  report: [['([', '])'], 'note'],
}

function mermaid({ nodes, edges }: Graph): string {
  const ids = new Map(nodes.map(({ name }, i) => [name, `t${i}`]))
  return [
    'flowchart LR',
    ...nodes.map(
      ({ name, kind }) => `  ${ids.get(name)}${shapes[kind][0].join(`"${name.replaceAll('"', '#quot;')}"`)}`,
    ),
    ...edges.map(([from, to]) => `  ${ids.get(from)} --> ${ids.get(to)}`),
  ].join('\n')
}

function dot({ nodes, edges }: Graph): string {
  const quoted = (name: string) => JSON.stringify(name)
  return [
    'digraph clientele {',
    '  rankdir = LR',
    ...nodes.map(({ name, kind }) => `  ${quoted(name)} [shape = ${shapes[kind][1]}]`),
    ...edges.map(([from, to]) => `  ${quoted(from)} -> ${quoted(to)}`),
    '}',
  ].join('\n')
}
