import type { Fingerprints, Parts } from './fingerprint.ts'
import type { PlannedIntervals } from './foresee.ts'
import { objectOf } from './head.ts'
import type { Model } from './source.ts'
import type { Step } from './steps.ts'
import type { Standing } from './store.ts'

/** What a build does to one model, and why. */
export interface PlannedModel {
  /** `schema.table` */
  name: string
  /** `leave`: outside the selection, it stays as it stands. */
  action: 'build' | 'reuse' | 'leave'
  /** Why it is made, or why what is left is stale. Empty for what is as it should be. */
  why: string[]
  /** Left although what it is made from, or by, has changed. */
  stale: boolean
  /** Of an incremental model that stands and is made anew in part. */
  intervals?: PlannedIntervals
}

interface Planning {
  order: readonly Model[]
  steps: readonly Step[]
  /** Fingerprints if everything were built. */
  whole: Fingerprints
  standing: Standing
  full: boolean
  /** Models that were not asked for, with the one that needs them. */
  needed: ReadonlyMap<string, string | undefined>
}

/** The plan as people read it, in the order of building. */
export function plannedOf({ order, steps, whole, standing, full, needed }: Planning): PlannedModel[] {
  const stepOf = new Map(steps.map((step) => [step.model.name, step]))
  return order.map((model) => {
    const { name } = model
    const step = stepOf.get(name)
    if (step?.reused) return { name, action: 'reuse', why: [], stale: false }
    if (step) {
      const reader = needed.get(name)
      const why = reader ? [`not there yet, and ${reader} reads it`] : reasons(model, step.parts, standing)
      if (step.restated && why.length === 0)
        why.push(step.renewal?.restate ? 'restated' : 'what it reads is restated')
      return {
        name,
        action: 'build',
        why: full && why.length === 0 ? ['asked for in full'] : why,
        stale: false,
      }
    }
    const stale = standing.models.get(name)?.fingerprint !== whole.models.get(name)
    const why = stale ? reasons(model, whole.parts.get(name) as Parts, standing) : []
    return { name, action: 'leave', why, stale }
  })
}

/** The parts that differ, or that only one of the two has. */
export const differences = (parts: Parts, before: Parts): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(parts)])].filter((key) => parts[key] !== before[key])

function reasons({ name, head }: Model, parts: Parts, { models, objects }: Standing): string[] {
  const row = models.get(name)
  if (!row) return ['new']
  const before = JSON.parse(row.parts_json) as Parts
  const why = differences(parts, before).map((part) => reason(part, before[part], parts[part]))
  if (why.length === 0 && objects.get(name) !== objectOf(head.kind))
    return [`its ${objectOf(row.kind)} is not there`]
  // A model that reads another column reads another table too: what the author did comes first.
  return [...new Set(why)].toSorted((a, b) => rank(a) - rank(b))
}

const rank = (why: string): number => (why.startsWith('input ') ? 1 : 0)

/** `SQL changed`, `input core.orders changed` */
export function reason(part: string, before: string | undefined, now: string | undefined): string {
  const [kind, name] = part.split(' ') as [string, string | undefined]
  if (kind === 'sql') return 'SQL changed'
  if (kind === 'file') return 'its file changed'
  if (kind === 'kind') return `was a ${before}`
  if (kind === 'incremental') return 'its intervals are declared otherwise'
  if (kind === 'fit') return 'estimators changed'
  if (kind === 'runner') return 'Clientele or DuckDB changed'
  const what = partNames[kind] ?? kind
  const about = name === undefined ? what : `${what} ${name}`
  if (before === undefined) return `reads ${about}, which it did not`
  if (now === undefined) return `no longer reads ${about}`
  return readable.has(kind) ? `${about} changed from ${before} to ${now}` : `${about} changed`
}

const partNames: Record<string, string> = { as_of: 'as-of date', param: 'parameter', text: 'parameter' }

/** Parts that are values; the others are fingerprints. */
const readable = new Set(['as_of', 'param', 'text'])
