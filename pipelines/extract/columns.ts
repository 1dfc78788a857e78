import { type Contract, deliveredName, firstName, unknownColumns } from '../contract.ts'
import type { Fault } from '../error.ts'
import type { Log } from '../log.ts'
import { didYouMean } from '../near-miss.ts'

/** The key by the names that the source uses. */
export function sourceKey(contract: Contract, delivered: { name: string }[]): string[] {
  return contract.key.map((name) => {
    const from = contract.columns.find((column) => column.name === name)?.from ?? name
    return deliveredName(from, delivered) ?? firstName(from)
  })
}

/** What a delivery's columns lack against the contract, and what they must not have. `input` names it to people. */
export function columnFaults(contract: Contract, delivered: { name: string }[], input: string): Fault[] {
  const names = delivered.map(({ name }) => name)
  const missing = contract.columns
    .filter(({ from, optional }) => !optional && deliveredName(from, delivered) === undefined)
    .map(({ from, place }) => {
      const meant = [from]
        .flat()
        .map((one) => didYouMean(one, names))
        .find(Boolean)
      const how = meant ? `${meant} Say so with from:.` : `Delivered: ${names.join(', ')}.`
      return {
        what: `${input} has no column '${[from].flat().join("' or '")}' for ${contract.source}.${contract.table}`,
        where: place,
        how,
      }
    })
  const unknown = contract.unknownColumns === 'freeze' ? unknownColumns(contract, delivered) : []
  return [
    ...missing,
    ...unknown.map((name) => ({
      what: `${input} has an unknown column '${name}' and ${contract.source}.${contract.table} is frozen`,
      where: contract.place,
      how: 'Add it to columns:, or set unknown_columns: ignore.',
    })),
  ]
}

/** Says which columns stay in landing only. */
export function sayUnknown(contract: Contract, delivered: { name: string }[], log: Log): void {
  const unknown = unknownColumns(contract, delivered)
  if (unknown.length === 0 || contract.unknownColumns !== 'ignore') return
  log.line(
    `${contract.source}.${contract.table}: not in the contract, kept in landing only: ${unknown.join(', ')}`,
  )
}
