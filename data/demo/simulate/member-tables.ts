import { dateOf, momentOf, secondsPerDay } from './calendar.ts'
import { causeCodes, classCodes, mediumCodes } from './codes.ts'
import { accountNumber, type Cut, isPast, memberNumber, minor, numbered, type Row } from './cut.ts'
import { badBirthday } from './dirt.ts'
import { markets } from './markets.ts'
import { channels } from './network.ts'
import type { Person } from './people.ts'
import { cityOf } from './places.ts'
import { entryAt, type PersonRecord } from './records.ts'
import type { Table } from './write.ts'

/** Who the customers are: members, accounts, their contact persons and ties, what happened in their lives. */
export const memberTables = (cut: Cut): Table[] => [
  members(cut),
  accounts(cut),
  contactPersons(cut),
  ties(cut),
  lifeEvents(cut),
  departures(cut),
]

const members = (cut: Cut): Table => ({
  name: 't_member',
  columns: [
    'member_no text primary key',
    'src_sys text',
    'reg_ts integer',
    'upd_ts integer',
    'name text',
    'surname text',
    'given_name text',
    'script text',
    'salutation text',
    'sex text',
    'birthday text',
    'email text',
    'mobile text',
    'addr text',
    'city text',
    'province text',
    'zip text',
    'nation text',
    'lang text',
    'pref_chan text',
    'pref_media text',
    'pref_time integer',
    'edu integer',
    'job integer',
    'income integer',
    'family_n integer',
    'lifestyle integer',
    'persona integer',
    'need integer',
    'info_src integer',
    'acq_chan text',
    'acq_cost_fen integer',
    'status integer',
  ],
  rows: memberRows(cut),
})

function* memberRows(cut: Cut): Generator<Row> {
  const { list } = cut.world.records
  for (let i = 0; i < list.length; i++) {
    const record = list[i] as PersonRecord
    const entry = entryAt(record, cut.end)
    if (entry === undefined) return
    const { person, primary, source } = record
    const { traits } = person
    const known = primary && entry.status !== 9
    const told = (value: number) => (known && value > 0 ? value : null)
    yield [
      memberNumber(i),
      source,
      (record.entries[0] as { from: number }).from,
      entry.from,
      entry.status === 9 ? null : entry.name,
      entry.family,
      entry.given,
      entry.latin ? 'L' : 'H',
      entry.status === 9 ? null : salutation(person, entry.latin),
      sexOf(person, i, entry.status),
      badBirthday(i, entry.birth),
      entry.email,
      entry.phone,
      entry.address,
      entry.city,
      entry.region,
      entry.postcode,
      markets[person.market],
      languageOf(person, entry.latin),
      known && i % 3 !== 0 ? person.channel : null,
      known ? mediumCode(person, i) : null,
      told(traits.preferredTime),
      told(traits.education),
      told(traits.career),
      told(traits.income),
      told(traits.familySize),
      told(traits.lifestyle),
      told(traits.personality),
      told(traits.need),
      told(traits.source),
      primary ? person.channel : null,
      primary ? acquisitionCost(person) : null,
      entry.status,
    ]
  }
}

const mediumCode = (person: Person, i: number): string | null =>
  i % 5 < 3 ? mediumCodes[person.preferredMedium] : null

const sexOf = (person: Person, i: number, status: number): string | null =>
  status === 9 || i % 9 === 4 ? null : person.gender === 'f' ? '2' : '1'

function salutation({ gender, market }: Person, latin: boolean): string {
  if (market === 0 && !latin) return gender === 'f' ? '女士' : '先生'
  return gender === 'f' ? 'Ms' : 'Mr'
}

const languageOf = ({ market, style }: Person, latin: boolean): string =>
  market === 2
    ? style === 'british'
      ? 'en-GB'
      : 'zh-CN'
    : market === 1
      ? latin
        ? 'en-HK'
        : 'zh-HK'
      : 'zh-CN'

const costOfWinning: Record<string, number> = { DS: 26, FS: 22, WX: 38, MP: 64, WS: 82, SF: 140 }

/** What the channel spent on a newcomer; less for those who were recommended, unknown for one in eight. */
function acquisitionCost({ channel, referrer, index }: Person): number | null {
  if (index % 8 === 5) return null
  const usual = costOfWinning[channel] ?? 0
  return minor(referrer >= 0 ? 20 : usual * (0.7 + 0.06 * (index % 11)))
}

const accounts = (cut: Cut): Table => ({
  name: 't_corp',
  columns: [
    'corp_no text primary key',
    'opened text',
    'upd_at text',
    'name text',
    'reg_no text',
    'domain text',
    'industry integer',
    'size_band integer',
    'biz_state integer',
    'addr text',
    'city text',
    'province text',
    'zip text',
    'nation text',
    'biz_class text',
    'principal text',
    'phone text',
    'need integer',
    'acq_chan text',
    'acq_cost_fen integer',
    'status integer',
  ],
  rows: accountRows(cut),
})

function* accountRows({
  world: {
    accounts: { list },
  },
  until,
}: Cut): Generator<Row> {
  for (let i = 0; i < list.length; i++) {
    const record = list[i] as (typeof list)[number]
    if (record.opened > until) return
    const { organisation } = record
    const ended = organisation.ended <= until
    yield [
      accountNumber(i),
      dateOf(record.opened),
      momentOf((ended ? organisation.ended : record.opened) * secondsPerDay + 30_000),
      record.name,
      record.registration,
      record.domain,
      organisation.industry,
      organisation.size,
      organisation.state,
      record.address,
      record.city,
      cityOf(organisation.address).region,
      record.postcode,
      markets[organisation.market],
      classCodes[organisation.accountClass],
      organisation.principal,
      record.phone,
      1 + (organisation.index % 4),
      channels[organisation.accountClass === 'group' ? 5 : 7].id,
      record.primary ? minor(600 + 90 * (organisation.index % 13)) : null,
      ended ? 2 : 1,
    ]
  }
}

const contactPersons = (cut: Cut): Table => ({
  name: 't_corp_person',
  columns: [
    'cp_id integer primary key',
    'corp_no text',
    'member_no text',
    'name text',
    'role integer',
    'email text',
    'phone text',
    'since text',
  ],
  rows: numbered(
    1,
    cut.world.organisations.flatMap((organisation) =>
      organisation.people.map((person) => ({ organisation, person })),
    ),
    ({ organisation, person }, id) => {
      const account = cut.accountOf(organisation.index)
      if (account === null) return null
      const member = person.person >= 0 ? cut.memberOf(person.person) : null
      return [
        id,
        account,
        member,
        person.name,
        ['decider', 'buyer', 'user', 'influencer'].indexOf(person.role) + 1,
        person.email,
        person.phone,
        dateOf(organisation.started),
      ]
    },
  ),
})

const tieCodes = { spouse: 'SP', family: 'FA', colleague: 'CO', referral: 'RF', account: 'AC' } as const

const ties = (cut: Cut): Table => ({
  name: 't_relation',
  columns: ['rel_id integer primary key', 'kind text', 'from_no text', 'to_no text', 'since text'],
  rows: numbered(1, cut.world.ties, (tie, id) => {
    const from = cut.memberOf(tie.from)
    const to = tie.toOrganisation ? cut.accountOf(tie.to) : cut.memberOf(tie.to)
    return tie.day > cut.until || from === null || to === null
      ? null
      : [id, tieCodes[tie.kind], from, to, dateOf(tie.day)]
  }),
})

const lifeCodes = { moved: 'MV', married: 'MA', child_born: 'CH', retired: 'RE', new_job: 'JB' } as const

const lifeEvents = (cut: Cut): Table => ({
  name: 't_life_event',
  columns: ['ev_id integer primary key', 'member_no text', 'kind text', 'happened text'],
  rows: numbered(
    1,
    cut.world.people
      .flatMap(({ index, joined, lifeEvents }) =>
        joined < 0
          ? []
          : lifeEvents.flatMap(({ kind, day, declared }) =>
              declared && day > joined ? [{ index, kind, day }] : [],
            ),
      )
      .sort((a, b) => a.day - b.day),
    ({ index, kind, day }, id) => {
      const member = cut.memberOf(index)
      return day > cut.until || member === null ? null : [id, member, lifeCodes[kind], dateOf(day)]
    },
  ),
})

const departures = (cut: Cut): Table => ({
  name: 't_exit',
  columns: [
    'exit_id integer primary key',
    'member_no text',
    'corp_no text',
    'exited text',
    'reason text',
    'cause text',
  ],
  rows: numbered(1, departed(cut), ({ member, account, at, reason, cause }, id) =>
    isPast(cut, at)
      ? [id, member, account, dateOf(Math.floor((at + 8 * 3600) / secondsPerDay)), reason, cause]
      : null,
  ),
})

const accountReasons = ['Changed supplier', 'Closed down', 'Terms', 'Owner changed']

function departed(cut: Cut) {
  const { departures, organisations } = cut.world
  const persons = Array.from(departures, ([index, { at, reason }]) => ({
    member: cut.memberOf(index),
    account: null as string | null,
    at,
    reason: reason.text as string,
    cause: causeCodes[reason.cause] as string,
  }))
  const accounts = organisations
    .filter(({ ended }) => ended !== Number.POSITIVE_INFINITY)
    .map(({ index, ended, exit }) => ({
      member: null,
      account: cut.accountOf(index),
      at: ended * secondsPerDay,
      reason: accountReasons[exit.reason - 1] as string,
      cause: causeCodes[exit.cause] as string,
    }))
  return [...persons, ...accounts].sort((a, b) => a.at - b.at)
}
