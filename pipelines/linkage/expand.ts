import { checkYaml } from '../checked-yaml.ts'
import type { Fault } from '../error.ts'
import { linkageOf, linkageShape } from './declaration.ts'
import { fileOf, modelsOf } from './models.ts'

/** A file of `sql/`. */
interface Source {
  /** Path below `sql/`, as `identity/person.linkage.yaml`. */
  key: string
  path: string
  shown: string
  text: string
}

export const isLinkage = ({ key }: Pick<Source, 'key'>): boolean => key.endsWith('.linkage.yaml')

interface Expanded {
  files: Source[]
  faults: Fault[]
}

/**
 * The models that a linkage declaration stands for, as files with a head and one SELECT each: the build reads them as
 * if an analyst had written them. Faults of the declaration stand at their place in it. A file that has not changed
 * since is not expanded again.
 */
export function expandLinkage(file: Source): Expanded {
  const before = known.get(file.path)
  if (before?.text === file.text && before.shown === file.shown) return before.expanded
  const expanded = expand(file)
  known.set(file.path, { text: file.text, shown: file.shown, expanded })
  return expanded
}

/** By path. */
const known = new Map<string, { text: string; shown: string; expanded: Expanded }>()

function expand(file: Source): Expanded {
  const { shown, text, key } = file
  const checked = checkYaml(linkageShape, { file: shown, text, start: 0, end: text.length })
  if (!checked.value) return { files: [], faults: checked.faults }
  const prefix = key.replace('.linkage.yaml', '').replace('/', '.')
  const files = modelsOf(linkageOf(prefix, checked.value))
    .filter(({ select }) => select)
    .map((model) => ({ ...file, key: `${model.name.replace('.', '/')}.sql`, text: fileOf(model) }))
  return { files, faults: [] }
}
