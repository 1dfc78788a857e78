import { discountPull } from './baskets.ts'
import { dateOf, firmDayOf } from './calendar.ts'
import type { Campaign } from './campaign.ts'
import { campaignPlan, listCampaigns } from './campaign-plan.ts'
import { accountNumber, type Cut, memberNumber, type Row } from './cut.ts'
import { cellsOf, type Futures, futureColumns, futuresOf } from './future.ts'
import { type Outcome, trueParameters } from './life.ts'
import { type Licence, licences } from './lists.ts'
import { markets } from './markets.ts'
import { type Person, process } from './people.ts'
import { listOutcomes } from './prospecting.ts'
import { casesInOrder } from './service-tables.ts'
import { tastes } from './traits.ts'
import type { Table } from './write.ts'

/** What is true and no model may read: it stands in a database of its own, for tests. */
export function truthTables(cut: Cut): Table[] {
  const futures = futuresOf(cut)
  return [
    persons(cut, futures),
    organisations(cut, futures),
    records(cut, futures),
    listNames(cut),
    campaigns(cut),
    cases(cut),
    parameters(),
  ]
}

const personId = (index: number): string => `T${String(index + 1).padStart(6, '0')}`
/** Of people the firm does not know there is nothing to forecast. */
const noFuture = futureColumns.map(() => null)

const organisationId = (index: number): string => `G${String(index + 1).padStart(4, '0')}`

const persons = ({ world, end, until }: Cut, futures: Futures): Table => ({
  name: 'true_person',
  columns: [
    'true_id text primary key',
    'market text',
    'household_id text',
    'taste text',
    'joined_on text',
    'orders_a_year real',
    'dropout real',
    'mean_spend real',
    'is_alive integer',
    'left_on text',
    'left_over_complaint integer',
    'programme text',
    ...futureColumns,
  ],
  rows: (function* (): Generator<Row> {
    for (const person of world.people) {
      const left = world.lives.leftAt[person.index] as number
      const known = person.joined >= 0 && person.joined < until + 1
      const gone = known && left <= end
      yield [
        personId(person.index),
        markets[person.market],
        `H${String(person.household + 1).padStart(6, '0')}`,
        (tastes[person.traits.taste] as (typeof tastes)[number]).name,
        known ? dateOf(Math.floor(person.joined)) : null,
        known ? person.rate * 365.25 : null,
        known ? person.dropout : null,
        known ? process.spendShape * person.spend : null,
        known ? (gone ? 0 : 1) : null,
        gone ? dateOf(firmDayOf(left)) : null,
        gone ? ((world.lives.leftOver[person.index] as number) >= 0 ? 1 : 0) : null,
        [null, 'treatment', 'control'][world.lives.programme[person.index] as number] ?? null,
        ...(known ? cellsOf(futures.persons, person.index) : noFuture),
      ]
    }
  })(),
})

const organisations = ({ world, until }: Cut, futures: Futures): Table => ({
  name: 'true_organisation',
  columns: [
    'true_id text primary key',
    'started_on text',
    'ended_on text',
    'is_alive integer',
    ...futureColumns,
  ],
  rows: world.organisations
    .filter(({ started }) => started <= until)
    .map(({ index, started, ended }) => [
      organisationId(index),
      dateOf(started),
      ended <= until ? dateOf(ended) : null,
      ended > until ? 1 : 0,
      ...cellsOf(futures.organisations, index),
    ]),
})

const records = ({ world, end, until }: Cut, futures: Futures): Table => ({
  name: 'true_record',
  columns: ['record_id text primary key', 'kind text', 'true_id text', 'is_first integer', ...futureColumns],
  rows: (function* (): Generator<Row> {
    for (const [i, { person, primary, entries }] of world.records.list.entries()) {
      if ((entries[0] as { from: number }).from > end) break
      yield [
        memberNumber(i),
        'person',
        personId(person.index),
        primary ? 1 : 0,
        ...cellsOf(futures.personRecords, i),
      ]
    }
    for (const [i, { organisation, primary, opened }] of world.accounts.list.entries()) {
      if (opened > until) break
      yield [
        accountNumber(i),
        'organisation',
        organisationId(organisation.index),
        primary ? 1 : 0,
        ...cellsOf(futures.accountRecords, i),
      ]
    }
  })(),
})

/** `lists` counts the lists on which the person stands; a net name on two is counted once when they are merged. */
const listNames = ({ world: { lists, people } }: Cut): Table => ({
  name: 'true_list_name',
  columns: [
    'list_code text',
    'list_row integer',
    'true_id text',
    'fate text',
    'is_owner_seed integer',
    'is_member integer',
    'lists integer',
  ],
  rows: (function* (): Generator<Row> {
    const standing = new Map<number, Set<number>>()
    lists.lists.forEach((rows, list) => {
      for (const { person } of rows) standing.set(person, (standing.get(person) ?? new Set()).add(list))
    })
    for (const [list, rows] of lists.lists.entries()) {
      const { id, delivered } = licences[list] as Licence
      for (const { row, person, fate, ownerSeed } of rows) {
        const { joined } = people[person] as Person
        yield [
          id,
          row,
          personId(person),
          fate,
          ownerSeed ? 1 : 0,
          joined >= 0 && joined < delivered ? 1 : 0,
          standing.get(person)?.size ?? 0,
        ]
      }
    }
  })(),
})

const campaigns = (cut: Cut): Table => ({
  name: 'true_campaign',
  columns: [
    'camp_code text primary key',
    'uplift real',
    'suppression real',
    'pace_lift real',
    'selected integer',
    'treated integer',
    'bought_without integer',
    'bought_with integer',
    'true_lift real',
    'treated_bought integer',
    'control_bought integer',
  ],
  rows: [
    ...campaignPlan.map((campaign, i) => [campaign, cut.world.lives.outcomes[i]] as [Campaign, Outcome]),
    ...listOutcomes(cut.world.people, cut.world.lives, cut.world.prospecting).map(
      (outcome, i) => [listCampaigns[i], outcome] as [Campaign, Outcome],
    ),
  ]
    .filter(([{ day, window }]) => day + window <= cut.until)
    .map(([campaign, outcome]) => {
      const { selected, without, with: withPiece } = outcome
      // The programme works through the pace of orders, not within a window: its outcomes are not counted.
      const counted =
        campaign.medium === 'programme' ? null : selected === 0 ? null : (withPiece - without) / selected
      return [
        campaign.id,
        campaign.uplift,
        campaign.suppress,
        campaign.paceLift,
        selected,
        outcome.treated,
        without,
        withPiece,
        counted,
        outcome.treatedBought,
        outcome.controlBought,
      ]
    }),
})

const cases = (cut: Cut): Table => ({
  name: 'true_case',
  columns: ['case_id integer primary key', 'handled_well integer', 'drove_away integer'],
  rows: (function* (): Generator<Row> {
    const { lives } = cut.world
    const drove = new Set(
      Array.from(lives.leftOver)
        .filter((position) => position >= 0)
        .map((position) => lives.troubles[position]),
    )
    for (const [i, trouble] of casesInOrder(cut).entries()) {
      if (trouble.opened <= cut.end)
        yield [i + 1, trouble.well ? 1 : 0, drove.has(trouble) && trouble.closed <= cut.end ? 1 : 0]
    }
  })(),
})

/** The true process, by name. */
const parameters = (): Table => ({
  name: 'true_parameter',
  columns: ['name text primary key', 'value real'],
  rows: Object.entries({ ...process, ...trueParameters, discountPull }).map(([name, value]) => [name, value]),
})
