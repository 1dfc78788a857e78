import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { ClienteleError, type Fault, type Place, throwFaults } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { Project } from '../project.ts'
import { type Locale, languageTag } from './locale.ts'

export type WordTree = { [key: string]: string | WordTree }

/** What the pack says in one language. */
export interface Words {
  /** The words at a path such as `page.as_of`; `{name}` in them is filled from `values`. Throws when there are none. */
  say(path: string, values?: Record<string, string>): string
  /** The word for a code of the data, such as a segment; of several groups (`kinds countries`) the first that has it. A fault when none has. */
  code(group: string, code: string): string
  /** The same words under those of a report. */
  over(more: WordTree): Words
}

/** Reads `templates/words/<locale>.yaml`, and lays over it `<locale>.<anything>.yaml`, which a project may add. */
export async function readWords(project: Project, locale: Locale): Promise<Words> {
  const files = (await project.layered('templates')).filter(
    ({ key }) => key.startsWith(`words/${locale}.`) && key.endsWith('.yaml'),
  )
  const faults: Fault[] = []
  let tree: WordTree = {}
  for (const { path, shown } of files.sort((a, b) => a.key.length - b.key.length)) {
    const text = await readFile(path, 'utf8')
    const document = parseDocument(text, { prettyErrors: false })
    faults.push(
      ...document.errors.map((error) => ({
        what: `not YAML: ${error.message}`,
        where: lineAt(shown, text, error.pos[0]),
      })),
    )
    tree = merge(tree, (document.toJS() ?? {}) as WordTree)
  }
  throwFaults(faults)
  return openWords(tree, files[0]?.shown ?? `templates/words/${locale}.yaml`, countryNames(locale))
}

function openWords(tree: WordTree, file: string, country: (code: string) => string | undefined): Words {
  const at = (path: string[]) =>
    path.reduce<string | WordTree | undefined>(
      (node, key) => (typeof node === 'object' ? node[key] : undefined),
      tree,
    )
  const find = (path: string[]): string => {
    const found = at(path)
    if (typeof found === 'string') return found
    const group = at(path.slice(0, -1))
    throw new ClienteleError({
      what: `no words for ${path.join('.')}`,
      where: { file },
      how: didYouMean(path.at(-1) as string, Object.keys(typeof group === 'object' ? group : {})),
    })
  }
  return {
    say: (path, values = {}) =>
      find(path.split('.')).replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
    code(groups, code) {
      const paths = groups.split(' ').map((group) => [...group.split('.'), code])
      const named = paths.find((path) => typeof at(path) === 'string')
      if (named) return find(named)
      return (
        (groups.split(' ').includes('countries') ? country(code) : undefined) ?? find(paths[0] as string[])
      )
    },
    over: (more) => openWords(merge(tree, more), file, country),
  }
}

/** Names of ISO 3166 codes; other codes of the group `countries` (`unknown`) stand in the words. */
function countryNames(locale: Locale): (code: string) => string | undefined {
  const names = new Intl.DisplayNames(languageTag(locale), { type: 'region', style: 'short' })
  return (code) => (/^[A-Z]{2}$/.test(code) ? names.of(code) : undefined)
}

function merge(under: WordTree, over: WordTree): WordTree {
  const merged = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key]
    merged[key] = typeof value === 'object' && typeof before === 'object' ? merge(before, value) : value
  }
  return merged
}

function lineAt(file: string, text: string, offset: number): Place {
  return { file, line: text.slice(0, offset).split('\n').length, text }
}
