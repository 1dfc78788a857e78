import { type Contract, deliveredName, type Format } from '../../contract.ts'
import { ClienteleError } from '../../error.ts'
import type { DeliveredColumn } from '../delivery.ts'

/** As many as a workbook can have. With more a table is none, and its reading takes minutes. */
const mostColumns = 16_384

/** Every column has a name of its own: an unnamed one is `column_<n>`, a repeated one gets its number. */
export function nameColumns(names: (string | null)[]): DeliveredColumn[] {
  if (names.length > mostColumns) throw tooWide()
  const taken = new Set<string>()
  const times = new Map<string, number>()
  return names.map((given, i) => {
    const base = given === null || given.trim() === '' ? `column_${i + 1}` : given
    let n = times.get(base) ?? 1
    let name = n === 1 ? base : `${base}_${n}`
    while (taken.has(name.toLowerCase())) name = `${base}_${++n}`
    times.set(base, n)
    taken.add(name.toLowerCase())
    return { name, type: 'VARCHAR' }
  })
}

/** Records among which a header is looked for unless the contract says otherwise. */
const among = 50

/** How many records may be looked at before the header is there. */
export const headerWithin = ({ header, within = among }: Format): number => (header === 'find' ? within : 1)

/** Whether a record holds every name that the contract cannot do without. */
export function isHeader(contract: Contract, { header }: Format, values: (string | null)[]): boolean {
  if (header !== 'find') return true
  const named = values.flatMap((name) => (name === null ? [] : [{ name }]))
  const wanted = contract.columns.filter(({ optional }) => !optional)
  const all = wanted.length > 0 ? wanted : contract.columns
  return all.every(({ from }) => deliveredName(from, named) !== undefined)
}

export function noHeader(contract: Contract, format: Format): ClienteleError {
  const names = contract.columns
    .filter(({ optional }) => !optional)
    .map(({ from }) => [from].flat().join(' or '))
  return new ClienteleError({
    what: `none of the first ${headerWithin(format)} records is the header of ${contract.source}.${contract.table}`,
    where: contract.place,
    how: `It must hold ${names.join(', ')}. Mend from:, or raise within:.`,
  })
}

const tooWide = (): ClienteleError =>
  new ClienteleError({
    what: `the header has more than ${mostColumns.toLocaleString('en-GB')} columns`,
    how: 'Check delimiter, quote and line ends of the file.',
  })

/** A file that says nothing is an unfinished delivery: even an empty one has its header. */
export const nothingInside = (what: string): ClienteleError =>
  new ClienteleError({
    what,
    how: 'A delivery without records still has its header: ask for it again, or take the file away.',
  })
