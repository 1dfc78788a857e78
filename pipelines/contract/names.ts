import type { Contract } from '../contract.ts'

/** The name a column is first looked for by. */
export const firstName = (from: string | string[]): string =>
  typeof from === 'string' ? from : (from[0] as string)

/** Marks that are no letters: byte order marks and zero-width characters. */
const invisible = /[\uFEFF\u200B-\u200D\u2060]/g

/** A name but for case, full-width forms, surrounding and repeated space, and what cannot be seen. */
const folded = (name: string): string =>
  name.normalize('NFKC').replaceAll(invisible, '').replaceAll(/\s+/g, ' ').trim().toLowerCase()

/** The delivered column a contract's `from` means: exactly, or but for how it is written; of several the first that is there. */
export function deliveredName(
  from: string | readonly string[],
  delivered: { name: string }[],
): string | undefined {
  for (const one of [from].flat()) {
    const exact = delivered.find(({ name }) => name === one)
    const found = exact ?? delivered.find(({ name }) => folded(name) === folded(one))
    if (found) return found.name
  }
  return undefined
}

/** Delivered columns that the contract does not name. */
export function unknownColumns(contract: Contract, delivered: { name: string }[]): string[] {
  const known = new Set(contract.columns.map(({ from }) => deliveredName(from, delivered)))
  return delivered.map(({ name }) => name).filter((name) => !known.has(name))
}
