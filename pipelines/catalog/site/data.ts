import { type Atlas, anchorOf } from './atlas.ts'
import { commentAbove } from './other-pages.ts'

/** What the pages search: `[name, page, kind, description, [[column, description], …]]` a table, a parameter or a macro. */
export function searchData(atlas: Atlas): string {
  const tables = atlas.outline.tables.map(({ name, kind, description, columns }) => [
    name,
    atlas.hrefOf(name),
    kind,
    description ?? '',
    columns.map((column) => [column.name, column.description ?? '']),
  ])
  const parameters = atlas.told.parameters.map(({ name, value }) => [
    name,
    atlas.hrefOf(`param.${name}`),
    'parameter',
    value,
    [],
  ])
  const macros = [...atlas.code.macros.values()].map(({ name, file, start }) => [
    `${name}()`,
    `macros.html#${anchorOf(name)}`,
    'macro',
    commentAbove(file.text, start),
    [],
  ])
  return script('search', [...tables, ...parameters, ...macros])
}

/**
 * The way of every column, for the picture below it: tables as `[name, page]`, columns as
 * `[table, name]`, origins as `[column, from, copied ? 1 : 0]`, all by their place in these lists.
 */
export function lineageData(atlas: Atlas): string {
  const tables: unknown[] = []
  const columns: unknown[] = []
  const origins: number[][] = []
  const tableAt = new Map<string, number>()
  const columnAt = new Map<string, number>()
  const tableOf = (name: string): number => {
    const known = tableAt.get(name)
    if (known !== undefined) return known
    tableAt.set(name, tables.length)
    tables.push(name === 'param' ? ['parameters', 'parameters.html'] : [name, atlas.hrefOf(name) ?? ''])
    return tables.length - 1
  }
  const columnOf = (key: string): number => {
    const known = columnAt.get(key)
    if (known !== undefined) return known
    const table = key.startsWith('param.') ? 'param' : key.split('.', 2).join('.')
    columnAt.set(key, columns.length)
    columns.push([tableOf(table), key.slice(table.length + 1)])
    return columns.length - 1
  }
  for (const { name, columns: own } of atlas.outline.tables) {
    for (const column of own) {
      const to = columnOf(`${name}.${column.name}`)
      for (const [key, via] of column.from) origins.push([to, columnOf(key), via === 'copied' ? 1 : 0])
    }
  }
  return script('lineage', { tables, columns, origins })
}

/** A page opened from disk may load scripts, but read no file: the data come as one. */
const script = (name: string, data: unknown): string =>
  `globalThis.catalogue ??= {}\ncatalogue.${name} = JSON.parse(${JSON.stringify(JSON.stringify(data))})\n`
