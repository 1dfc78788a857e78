import { type Fault, throwFaults } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { Fingerprints, Parts } from './fingerprint.ts'
import { inputsOf } from './plan.ts'
import { differences } from './planned.ts'
import type { Code, Model } from './source.ts'
import type { Standing } from './store.ts'

/** What selectors are read against. */
export interface Choosing {
  code: Pick<Code, 'models' | 'macros'>
  /** What `changed` names; absent where there is nothing to compare with. */
  changed?: () => string[]
}

interface Selecting {
  code: Code
  order: readonly Model[]
  whole: Fingerprints
  standing: Pick<Standing, 'models' | 'objects'>
}

/**
 * The models that any of the selectors names, and those that they read and that are not there yet: by name, with
 * the model that needs it, or nothing when it was asked for. A `+` before takes what the named ones are made from, a `+` after
 * what is made from them. Throws every selector that names nothing, exit code 2.
 */
export function selected(
  selectors: readonly string[],
  selecting: Selecting,
): Map<string, string | undefined> {
  const { code, order, standing } = selecting
  const asked = chosen(selectors, { code, changed: () => changedModels(selecting) })
  const needed = new Map<string, string | undefined>([...asked].map((name) => [name, undefined]))
  for (const { name } of order.toReversed()) {
    if (!needed.has(name)) continue
    for (const input of inputsOf(code.models.get(name) as Model, code.models, code.macros)) {
      const stands = standing.models.has(input) && standing.objects.has(input)
      if (!stands && !needed.has(input)) needed.set(input, name)
    }
  }
  return needed
}

/** The models that selectors name, without regard to what stands. */
export function chosen(selectors: readonly string[], choosing: Choosing): Set<string> {
  const { code } = choosing
  const inputs = new Map(
    [...code.models.values()].map((model) => [model.name, inputsOf(model, code.models, code.macros)]),
  )
  const readers = new Map<string, string[]>()
  for (const [name, reads] of inputs) {
    for (const read of reads) readers.set(read, [...(readers.get(read) ?? []), name])
  }
  const faults: Fault[] = []
  const all = new Set<string>()
  for (const selector of selectors) {
    const [, before, body, after] = /^(\+?)(.*?)(\+?)$/.exec(selector) as unknown as string[]
    const named = matching(body as string, choosing, faults)
    for (const name of named) all.add(name)
    if (before) for (const name of reached(named, inputs)) all.add(name)
    if (after) for (const name of reached(named, readers)) all.add(name)
  }
  throwFaults(faults, 2)
  return all
}

function matching(body: string, { code: { models }, changed }: Choosing, faults: Fault[]): string[] {
  if (body === 'changed' && changed) return changed()
  if (body === 'changed') {
    faults.push({ what: 'changed compares with a built copy; here there is none', how: 'Name the models.' })
    return []
  }
  if (body.startsWith('tag:')) return tagged(body.slice('tag:'.length), models, faults)
  if (body.includes('*')) {
    const pattern = new RegExp(`^${body.split('*').map(RegExp.escape).join('.*')}$`)
    const named = [...models.keys()].filter((name) => pattern.test(name))
    if (named.length === 0)
      faults.push({ what: `no model's name is like ${body}`, how: 'Write schema.*, such as ltv.*.' })
    return named
  }
  if (models.has(body)) return [body]
  const how =
    didYouMean(body, [...models.keys(), 'changed']) ?? 'Write schema.table, schema.*, tag:name or changed.'
  faults.push({ what: `no model is called ${body}`, how })
  return []
}

function tagged(tag: string, models: Code['models'], faults: Fault[]): string[] {
  const named = [...models.values()].filter(({ head }) => head.tags.includes(tag)).map(({ name }) => name)
  if (named.length > 0) return named
  const known = [...new Set([...models.values()].flatMap(({ head }) => head.tags))].sort()
  const told =
    known.length === 0 ? 'No model has a tag: add tags: [name] to a head.' : `Tags: ${known.join(', ')}.`
  faults.push({ what: `no model has the tag ${tag}`, how: didYouMean(tag, known) ?? told })
  return []
}

/** Models whose own code is not that of the copy built on: new ones, another SELECT, macro or parameter. */
const changedModels = ({ order, whole, standing }: Selecting): string[] =>
  order
    .filter(({ name }) => {
      const row = standing.models.get(name)
      if (!row) return true
      const own = differences(whole.parts.get(name) as Parts, JSON.parse(row.parts_json) as Parts)
      return own.some((part) => part !== 'as_of' && part !== 'runner' && !part.startsWith('input '))
    })
    .map(({ name }) => name)

function reached(from: readonly string[], edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>()
  const open = [...from]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const next of edges.get(name) ?? []) {
      if (!found.has(next)) open.push(next)
      found.add(next)
    }
  }
  return found
}
