import type { Contract } from '../contract.ts'

/** The delivered column a contract's `from` means: exactly, or but for case and surrounding space. */
export function deliveredName(from: string, delivered: { name: string }[]): string | undefined {
  const exact = delivered.find(({ name }) => name === from)
  const folded = from.trim().toLowerCase()
  return (exact ?? delivered.find(({ name }) => name.trim().toLowerCase() === folded))?.name
}

/** Delivered columns that the contract does not name. */
export function unknownColumns(contract: Contract, delivered: { name: string }[]): string[] {
  const known = new Set(contract.columns.map(({ from }) => deliveredName(from, delivered)))
  return delivered.map(({ name }) => name).filter((name) => !known.has(name))
}
