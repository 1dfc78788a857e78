import { stringify } from 'yaml'
import type { DraftTable } from './draft.ts'

/** The contract as YAML that passes as it stands. What only a person can decide is said in comments. */
export function writeContract(source: string, head: Record<string, unknown>, tables: DraftTable[]): string {
  const lines = [
    `# sources/${source}.yaml, drafted from what stands there. Read it before it counts: types hold for every value`,
    '# that was seen, pii marks are guesses by name and shape, enums list only what has occurred so far.',
    ...Object.entries(head).map(([key, value]) => `${key}: ${flow(value)}`),
    '# custodian: who answers for these data',
    '# licence: what its owner allows; own data',
    tables.some(({ columns }) => columns.length > 0) ? 'tables:' : 'tables: {}',
    ...tables.flatMap(tableLines),
  ]
  return `${lines.join('\n')}\n`
}

function tableLines(table: DraftTable): string[] {
  const { name, from, columns, key, rejects, checks, unread } = table
  if (columns.length === 0) return [`  # ${name}: nothing is there yet; draft it again once there is`]
  const unsplit = rejects === 0 ? '' : `; ${rejects} records could not be split into columns`
  return [
    `  ${name}:`,
    `    # ${rowsOf(table)}${unsplit}`,
    `    description: ${name.replaceAll('_', ' ')} as delivered`,
    ...Object.entries(from).map(([word, value]) => `    ${word}: ${flow(value)}`),
    key.length > 0 ? `    key: ${flow(key)}` : '    # key: no column tells every row from the others',
    ...(rejects === 0 ? [] : [`    reject_limit: ${flow({ count: rejects })}`]),
    '    columns:',
    ...columns.map((column) => `      ${columnLine(column)}`),
    ...(checks.length > 0 ? ['    checks:'] : []),
    ...checks.map((check) => `      ${check.name}: ${flow(check.condition)}`),
    ...unread.map((check) => `    # the source also checks ${check.name}: ${oneLine(check.condition)}`),
  ]
}

/** What of a table was looked at; what it says of all rows was seen in these alone. */
function rowsOf({ rows, isPart }: DraftTable): string {
  if (!isPart) return `${rows} rows`
  const said =
    'what the server does not declare (types of loose columns, key, enum, pii, checks) holds for these'
  return `the first ${rows} rows were looked at: ${said}`
}

function columnLine(column: DraftTable['columns'][number]): string {
  const { name, header, type, notNull, format, orFormat, enum: words, pii } = column
  const shape = {
    type,
    ...(header === name ? {} : { from: header }),
    ...(notNull ? { not_null: true } : {}),
    ...(format.length === 1 ? { format: format[0] } : format.length > 1 ? { format } : {}),
    ...(words.length > 0 ? { enum: words } : {}),
    ...(pii ? { pii } : {}),
  }
  const comment = orFormat ? ` # or ${orFormat}: every value fits both` : ''
  return `${name}: ${flow(shape)}${comment}`
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')

const flow = (value: unknown): string =>
  stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim()
