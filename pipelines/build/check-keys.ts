import { needsOf } from './closure.ts'
import { digest } from './digest.ts'
import type { Fingerprints } from './fingerprint.ts'
import type { Ground } from './ground.ts'
import { type Code, type Model, selectsOf } from './source.ts'

/**
 * What binding depends on: the texts, the macros they call, the columns of the tables they read, contracts and
 * parameters. What was sound under the same key is sound.
 */
export interface CheckKeys {
  ofModel(model: Model): string
  ofTexts: Fingerprints['ofCheck']
}

export function checkKeys({ macros }: Code, { columns, fingerprint }: Ground): CheckKeys {
  const shapes = new Map<string, string>()
  const shapeOf = (name: string) => {
    const known = shapes.get(name) ?? JSON.stringify(columns.get(name) ?? null)
    // The columns of a model are known once it is sound, and are those from then on.
    if (columns.has(name)) shapes.set(name, known)
    return known
  }
  const ofTexts: CheckKeys['ofTexts'] = (texts, references) => {
    const needs = needsOf(references, macros)
    return digest(
      fingerprint,
      ...texts,
      ...[...needs.macros].sort().flatMap((name) => ['macro', name, macros.get(name)?.text ?? '']),
      ...[...needs.tables].sort().flatMap((name) => ['table', name, shapeOf(name)]),
    )
  }
  return {
    ofTexts,
    ofModel(model) {
      const selects = selectsOf(model)
      const texts = [
        model.name,
        model.language,
        JSON.stringify(model.head),
        ...selects.map(({ text }) => text),
      ]
      return ofTexts(
        texts,
        selects.map(({ references }) => references),
      )
    },
  }
}
