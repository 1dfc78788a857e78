import type { Contract } from '../contract.ts'
import { ClienteleError } from '../error.ts'
import type { LandedLoad } from '../landing.ts'

/** A load that the warehouse should not stand on: too many bad rows, or too unlike those before it. */
export class PastLimit extends ClienteleError {
  readonly contract: Contract
  readonly load: LandedLoad

  constructor(contract: Contract, load: LandedLoad, { what, how }: { what: string; how: string }) {
    super({ what, where: contract.place, how })
    this.name = 'PastLimit'
    this.contract = contract
    this.load = load
  }
}
