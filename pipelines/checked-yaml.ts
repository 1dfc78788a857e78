import { type Document, type ErrorCode, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml'
import { z } from 'zod'
import { type Fault, placeAt } from './error.ts'
import { type PlaceOf, schemaFaults } from './schema-faults.ts'

/** A stretch of a file that holds YAML: the whole file, or the head of a model. */
export interface YamlSource {
  /** The file as people name it. */
  file: string
  /** The text of the whole file. */
  text: string
  start: number
  end: number
  /** The text as it may be shown, letter by letter in the same places; without it the text itself. */
  shown?: string
}

export interface CheckedYaml<T> {
  /** Absent when there are faults. */
  value?: T
  faults: Fault[]
  /** The place in the file of a value, or of its nearest parent that is there. */
  placeOf: PlaceOf
  /** Whether the document says anything at a path. */
  has(path: readonly PropertyKey[]): boolean
  /** Where the text of a scalar begins, when it stands in the file letter for letter. */
  offsetOf(path: readonly PropertyKey[]): number | undefined
}

/** How to mend what is no YAML. */
const yamlAdvice: Partial<Record<ErrorCode, string>> = {
  BLOCK_AS_IMPLICIT_KEY: "Put a text that has a colon in quotes: description: 'Orders: all of them'.",
  DUPLICATE_KEY: 'Keep one of them.',
  TAB_AS_INDENT: 'Indent with spaces.',
  BAD_INDENT: 'Close what is open with } or ], or indent by two spaces more.',
  MISSING_CHAR: 'Close what is open: a quote, a bracket or a brace.',
}

export const parseYaml = ({ text, start, end }: YamlSource): Document =>
  parseDocument(text.slice(start, end), { prettyErrors: false })

/**
 * Reads YAML and checks it against a schema. Every fault is collected with its place; unknown keys with the near one.
 * A source that is checked against several schemas is parsed once.
 */
export function checkYaml<S extends z.ZodType>(
  schema: S,
  source: YamlSource,
  document = parseYaml(source),
): CheckedYaml<z.output<S>> {
  const { file, text, start, shown = text } = source
  const at = (offset: number) => placeAt(file, shown, start + offset)
  const placeOf: PlaceOf = (path, part = 'value') => at(nodeOffset(document, path, part))
  const offsetOf = (path: readonly PropertyKey[]) => {
    const node = document.getIn(path, true)
    if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return undefined
    const from = text.indexOf(node.value, start + node.range[0])
    return from >= 0 && from <= start + node.range[0] + 1 ? from : undefined
  }
  const has = (path: readonly PropertyKey[]) => document.hasIn(path)
  const checked = { placeOf, has, offsetOf }
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => ({
      what: `not YAML: ${error.message}`,
      where: at(error.pos[0]),
      how:
        yamlAdvice[error.code] ??
        "Write key: value, lists in [ ], keys and values in { }; other signs in 'quotes'.",
    }))
    return { faults, ...checked }
  }
  const isList = isSeq(document.contents) && schema instanceof z.ZodArray
  if (document.contents && !isMap(document.contents) && !isList) {
    const how = 'Write keys and values, such as description: …; prose goes into -- comments.'
    return { faults: [{ what: 'this is not YAML with keys', where: placeOf([]), how }], ...checked }
  }
  const result = schema.safeParse(document.toJS() ?? {})
  if (result.success) return { value: result.data, faults: [], ...checked }
  return { faults: schemaFaults(result.error, schema, placeOf), ...checked }
}

/** Offset of a node in the document; of the nearest parent that is there when the node is not. */
function nodeOffset(document: Document, path: readonly PropertyKey[], part: 'key' | 'value'): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const name = path[length - 1]
    if (part === 'key' && isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(name))
      if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0]
    }
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}
