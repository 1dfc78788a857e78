import type { Contract } from '../../contract.ts'
import { deliveredName } from '../../contract.ts'
import type { Fault } from '../../error.ts'
import type { LandedLoad } from '../../landing.ts'
import type { Log } from '../../log.ts'
import type { DeliveredColumn } from '../delivery.ts'

/** Types between which values pass without a doubt. */
function familyOf(type: string): string {
  if (/INT|^(DECIMAL|DOUBLE|FLOAT)/.test(type)) return 'number'
  return /^(DATE|TIMESTAMP)/.test(type) ? 'date' : type
}

/**
 * What has another type than the last time. A change within a family of types, or to what the contract wants anyway, is
 * said; any other one would fill the quarantine, and a cursor of another type has nothing to be compared with.
 */
export function typeFaults(
  contract: Contract,
  columns: DeliveredColumn[],
  last: LandedLoad | undefined,
  log: Log,
): Fault[] {
  return columns.flatMap(({ name, type }) => {
    const was = last?.columns.find((column) => column.name === name)?.type
    if (was === undefined || was === type) return []
    const about = `${contract.source}.${contract.table}: column '${name}'`
    const column = contract.columns.find(({ from }) => deliveredName(from, columns) === name)
    const isCursor = column !== undefined && column.name === contract.cursor
    const fits = !column || column.type === 'VARCHAR' || familyOf(type) === familyOf(column.type)
    if (!isCursor && (fits || familyOf(was) === familyOf(type))) {
      log.line(`${about} was ${was} and is now ${type}`)
      return []
    }
    const how = isCursor
      ? 'The cursor has nothing to be compared with: rename the table in the contract to read it anew, or have the type put back.'
      : 'Mend the type in the contract, or have it put back at the source.'
    return [{ what: `${about} was ${was} and is now ${type}`, where: column?.place ?? contract.place, how }]
  })
}
