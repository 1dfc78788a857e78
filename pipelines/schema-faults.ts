import type { z } from 'zod'
import type { Fault, Place } from './error.ts'
import { didYouMean } from './near-miss.ts'

export type PlaceOf = (path: readonly PropertyKey[], part?: 'key' | 'value') => Place

/** What a schema finds wrong with a value, each at its place; an unknown key with the one that was likely meant. */
export function schemaFaults(error: z.ZodError, schema: z.ZodType, placeOf: PlaceOf): Fault[] {
  const unknown = new Set(
    error.issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path.join('.')),
  )
  return error.issues
    .filter(({ code, path }) => code !== 'custom' || !unknown.has(path.join('.')))
    .flatMap((issue) => issueFaults(issue, schema, placeOf))
}

/** How a value of a shape is written. */
const shapes: Partial<Record<string, string>> = {
  array: 'Write a list: [a, b].',
  object: 'Write keys and values: {key: value}.',
  record: 'Write keys and values: {key: value}.',
  string: 'Write a text, in quotes when it looks like a number, a date or yes and no.',
  number: 'Write a number.',
}

function issueFaults(issue: z.core.$ZodIssue, schema: z.ZodType, placeOf: PlaceOf): Fault[] {
  if (issue.code !== 'unrecognized_keys') {
    const name = issue.path.join('.')
    const message = issue.message.replace(/^Invalid (input|option): /, '')
    const how = issue.code === 'invalid_type' ? shapes[issue.expected] : undefined
    return [
      { what: name ? `${name}: ${message}` : message, where: placeOf(issue.path), ...(how ? { how } : {}) },
    ]
  }
  const known = knownKeys(schema, issue.path)
  return issue.keys.map((key) => ({
    what: `unknown key: ${key}`,
    where: placeOf([...issue.path, key], 'key'),
    how: didYouMean(key, known) ?? splitText(key) ?? `Known keys: ${known.join(', ')}.`,
  }))
}

/** `{type: DECIMAL(18,4)}` is two keys to YAML: the comma ends the first. So it is with a comma in a description. */
function splitText(key: string): string | undefined {
  if (/^ *\d+\)$/.test(key)) return "Put the type in quotes: {type: 'DECIMAL(18,4)'}."
  return /\W/.test(key)
    ? 'Within { } a comma begins another key: put a text that has one in quotes.'
    : undefined
}

/** The keys a schema knows at a path: what an unknown key may have been meant to be. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const inner = unwrapped(schema)
  if (path.length === 0) return 'shape' in inner ? Object.keys(inner.shape as object) : []
  const [head, ...rest] = path
  const next = child(inner, head as PropertyKey)
  return next ? knownKeys(next, rest) : []
}

// biome-ignore lint/suspicious/noExplicitAny: the inside of a schema has no narrower type
type Definition = any

function unwrapped(schema: z.ZodType): z.ZodType & { shape?: unknown } {
  const definition: Definition = schema.def
  if (definition.type === 'pipe') {
    return unwrapped(definition.in.def.type === 'transform' ? definition.out : definition.in)
  }
  return definition.innerType ? unwrapped(definition.innerType) : schema
}

function child(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  const definition: Definition = schema.def
  if (definition.type === 'object') return definition.shape[key]
  if (definition.type === 'array') return definition.element
  return definition.valueType
}
