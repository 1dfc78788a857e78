import { type AccountRecords, makeAccountRecords } from './account-records.ts'
import { openShelf } from './baskets.ts'
import { type CostEntry, makeBudget, type Target } from './budget.ts'
import { campaignPlan } from './campaign-plan.ts'
import { type Catalogue, makeCatalogue } from './catalogue.ts'
import { openExchange } from './contact-points.ts'
import { type Departure, makeDepartures } from './departures.ts'
import { type Interaction, makeInteractions } from './interactions.ts'
import type { Lives } from './life.ts'
import { type ListFile, writeLists } from './list-files.ts'
import { composeLists, type DeliveredLists, grossNames } from './lists.ts'
import { live } from './lives.ts'
import { hanName, latinName } from './names.ts'
import { type Employee, makeRoster, makeStaff } from './network.ts'
import { takeAccountOrders, takeCancelled, takePersonOrders, takeWalkIns } from './orders.ts'
import {
  type AccountOrders,
  makeOrganisations,
  type Organisation,
  placeAccountOrders,
} from './organisations.ts'
import { makePeople, type Person } from './people.ts'
import { type Prospecting, prospect } from './prospecting.ts'
import { random } from './random.ts'
import { makeRates, type Rates } from './rates.ts'
import { makeRecords, type Records } from './records.ts'
import { takeReturns } from './returns.ts'
import { type Numbering, numberSales, openSales, type Sales } from './sales.ts'
import { makeSurveys, type Survey } from './surveys.ts'
import { linkContactPersons, makeTies, type Tie } from './ties.ts'
import { type Trouble, troublesOfAccounts } from './trouble.ts'

/** Everything that is true of the firm and its customers, from the first day to the last that is lived through. */
export interface World {
  seed: number
  people: Person[]
  organisations: Organisation[]
  staff: Employee[]
  catalogue: Catalogue
  rates: Rates
  lists: DeliveredLists
  listFiles: ListFile[]
  prospecting: Prospecting
  lives: Lives
  departures: Map<number, Departure>
  accountOrders: AccountOrders
  accountTroubles: Trouble[]
  sales: Sales
  numbers: Numbering
  /** By account order: its position in `sales`. The orders of persons stand before, at the position of their purchase. */
  accountSales: number[]
  records: Records
  accounts: AccountRecords
  ties: Tie[]
  surveys: Survey[]
  interactions: Interaction[]
  costs: CostEntry[]
  targets: Target[]
}

export interface Scale {
  seed: number
  /** True persons the firm knows at the as-of date; organisations, walk-ins and lists keep their proportion. */
  population: number
}

/** What is known early: it may be written while the rest is made. */
export type Contacted = Pick<World, 'lives' | 'prospecting' | 'records'>
export type Sold = Pick<World, 'sales' | 'numbers' | 'catalogue'>

export interface Listeners {
  report?: ((text: string) => void) | undefined
  contacted?: (part: Contacted) => void
  sold?: (part: Sold) => void
}

/** How many strangers each market's lists need: their gross, what is not house names, and a reserve. */
const strangersNeeded = grossNames.map((gross) => Math.ceil(gross * 0.93))

/** Makes the world of a seed. Each part draws from a stream of its own. */
export function makeWorld(
  { seed, population }: Scale,
  { report = () => {}, contacted = () => {}, sold = () => {} }: Listeners = {},
): World {
  const stream = (name: string) => random(`${seed}/${name}`)
  const scale = population / 20_000
  const exchange = openExchange(stream('exchange'))
  const staff = makeStaff(stream('staff'))
  const roster = makeRoster(staff)
  const catalogue = makeCatalogue(stream('catalogue'))
  const rates = makeRates(stream('rates'))
  report('people')
  const people = makePeople(
    stream('people'),
    exchange,
    Math.round(population * 0.983),
    strangersNeeded.map((count) => Math.ceil(count * scale) + 20),
  )
  const organisations = makeOrganisations(
    stream('organisations'),
    exchange,
    Math.max(12, Math.round(645 * scale)),
  )
  linkContactPersons(stream('contact-persons'), people, organisations, (person) =>
    person.market === 0
      ? hanName(person.name) || latinName(person.name, person.style)
      : latinName(person.name, person.style),
  )
  const lists = composeLists(stream('lists'), people, scale)
  const listFiles = writeLists(stream('list-files'), exchange, people, lists.lists)
  const prospecting = prospect(stream('prospecting'), people, lists.lists)
  report('lives')
  const lives = live(stream('lives'), people, campaignPlan, roster)
  const departures = makeDepartures(stream('departures'), people, lives)
  report('records')
  const records = makeRecords(stream('records'), exchange, people, lives, departures)
  contacted({ lives, prospecting, records })
  report('orders')
  const accountOrders = placeAccountOrders(stream('account-orders'), organisations)
  const sales = openSales()
  const till = { rng: stream('till'), sales, shelf: openShelf(stream('offers'), catalogue, rates), roster }
  takePersonOrders(till, people, lives, campaignPlan, prospecting.welcomes)
  const accountSales = takeAccountOrders(till, organisations, accountOrders)
  takeWalkIns(till, Math.round(15_000 * scale))
  takeCancelled(till, people, lives)
  takeReturns(stream('returns'), sales, catalogue, people)
  report('books')
  const numbers = numberSales(sales)
  sold({ sales, numbers, catalogue })
  const accounts = makeAccountRecords(stream('accounts'), organisations, accountOrders)
  return {
    seed,
    people,
    organisations,
    staff,
    catalogue,
    rates,
    lists,
    listFiles,
    prospecting,
    lives,
    departures,
    accountOrders,
    accountTroubles: troublesOfAccounts(
      stream('account-troubles'),
      organisations,
      accountOrders,
      accountSales,
      roster,
    ),
    sales,
    numbers,
    accountSales,
    records,
    accounts,
    ties: makeTies(stream('ties'), people, organisations),
    surveys: makeSurveys(stream('surveys'), people, organisations, lives),
    interactions: makeInteractions(stream('interactions'), people, organisations, lives),
    ...makeBudget(stream('budget'), sales, rates, numbers),
  }
}
