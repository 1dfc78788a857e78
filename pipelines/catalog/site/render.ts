import { readFile } from 'node:fs/promises'
import Handlebars from 'handlebars'
import type { Project } from '../../project.ts'
import { openTemplates, type Render } from '../../report/template.ts'
import type { Atlas } from './atlas.ts'
import { day } from './words.ts'

const pages = ['layout', 'index', 'table', 'graph', 'parameters', 'macros'] as const
type PageName = Exclude<(typeof pages)[number], 'layout'>

/** Fills the templates of `templates/catalog`; the project's own stand in for the base's. */
export interface Renderer {
  page(name: PageName, atlas: Atlas, context: Record<string, unknown>): string
  /** Style sheet and scripts as they are written. */
  files: Map<string, string>
}

/** In this order: later rules lie over earlier ones. */
const styles = ['catalogue', 'lists', 'lineage', 'graph'].map((name) => `catalog/${name}.css`)
const scripts: Partial<Record<PageName, string[]>> = { table: ['lineage.js'], graph: ['graph.js'] }

export async function openRenderer(project: Project): Promise<Renderer> {
  const files = await project.layered('templates')
  const read = async (key: string) => {
    const file = files.find((found) => found.key === key)
    if (!file) throw new Error(`templates/${key} is missing`)
    return { file: file.shown, text: await readFile(file.path, 'utf8') }
  }
  const templates = openTemplates({})
  const compiled = await Promise.all(
    pages.map(async (name): Promise<[string, Render]> => {
      const { file, text } = await read(`catalog/${name}.hbs`)
      return [name, templates.plain({ file, text, body: text, line: 1 })]
    }),
  )
  const renders = new Map(compiled)
  const texts = async (...keys: string[]) =>
    (await Promise.all(keys.map(read))).map(({ text }) => text).join('\n')
  const fill = (name: string, context: object) => (renders.get(name) as Render)(context)
  return {
    page(name, { firm, told }, context) {
      const shared = { firm, asOf: day(told.asOf), runId: told.runId, ...context }
      const body = new Handlebars.SafeString(fill(name, shared))
      return fill('layout', {
        ...shared,
        page: name,
        isIndex: name === 'index',
        scripts: scripts[name] ?? [],
        body,
      })
    },
    files: new Map([
      ['catalogue.css', await texts('style.css', ...styles)],
      ['search.js', await texts('catalog/search.js')],
      ['lineage.js', await texts('catalog/lineage.js')],
      ['graph.js', await texts('catalog/graph.js')],
    ]),
  }
}
