import { dateOf, firmDayOf, momentOf, secondsPerDay } from './calendar.ts'
import { causeCodes } from './codes.ts'
import { accountNumber, type Cut, isPast, memberNumber, minor, numbered, type Row } from './cut.ts'
import { closesEarly } from './dirt.ts'
import { buyerKinds } from './sales.ts'
import { type Trouble, troubleSubjects } from './trouble.ts'
import type { Table } from './write.ts'

/** Cases, questionnaires and the contacts that customers began. */
export const serviceTables = (cut: Cut): Table[] => [cases(cut), surveys(cut), interactions(cut)]

const kindCodes = { service: 'S', repair: 'R', complaint: 'C' } as const
const reviewed = 5 * secondsPerDay

const cases = (cut: Cut): Table => ({
  name: 'crm_case',
  columns: [
    'case_id integer primary key',
    'kind text',
    'member_no text',
    'corp_no text',
    'order_id integer',
    'opened_at text',
    'closed_at text',
    'cause text',
    'subject text',
    'emp_no text',
    'handled_well integer',
    'cost_fen integer',
    'updated_at text',
  ],
  rows: numbered(1, casesInOrder(cut), (trouble, id) =>
    isPast(cut, trouble.opened) ? caseRow(cut, trouble, id) : null,
  ),
})

export const casesInOrder = ({ world }: Cut): Trouble[] =>
  [...world.lives.troubles, ...world.accountTroubles].sort((a, b) => a.opened - b.opened || a.order - b.order)

function caseRow(cut: Cut, trouble: Trouble, id: number): Row {
  const { sales, numbers } = cut.world
  const owner = cut.ownerOfSale[trouble.order] as number
  const person = sales.kind[trouble.order] === buyerKinds.person
  const closed = isPast(cut, trouble.closed)
  const judged = closed && isPast(cut, trouble.closed + reviewed)
  const closing = closesEarly(id) ? trouble.opened - 3600 : trouble.closed
  return [
    id,
    kindCodes[trouble.kind],
    person ? memberNumber(owner) : null,
    person ? null : accountNumber(owner),
    numbers.order[trouble.order] as number,
    momentOf(trouble.opened),
    closed ? momentOf(closing) : null,
    closed ? causeCodes[trouble.cause] : 'U',
    troubleSubjects[trouble.kind][trouble.subject] as string,
    trouble.handler.id,
    judged ? (trouble.well ? 1 : 0) : null,
    minor(trouble.cost),
    momentOf(judged ? trouble.closed + reviewed : closed ? trouble.closed : trouble.opened),
  ]
}

const areaCodes = { product: 'PD', service: 'SV', price: 'PR' } as const

const surveys = (cut: Cut): Table => ({
  name: 'crm_survey',
  columns: [
    'sv_id integer primary key',
    'kind text',
    'member_no text',
    'corp_no text',
    'sent_on text',
    'answered_on text',
    'area text',
    'score integer',
    'rival_buys integer',
  ],
  rows: numbered(1, cut.world.surveys, (survey, id) => {
    const { person, organisation, sent, answered } = survey
    const member = person < 0 ? null : cut.memberOf(person)
    const account = organisation < 0 ? null : cut.accountOf(organisation)
    if (sent > cut.until || (member === null && account === null)) return null
    const came = answered !== null && answered <= cut.until
    return [
      id,
      survey.kind,
      member,
      account,
      dateOf(sent),
      came ? dateOf(answered) : null,
      areaCodes[survey.area],
      came ? survey.score : null,
      came ? survey.competitorPurchases : null,
    ]
  }),
})

const interactionCodes = { hotline: 'TEL', site_visit: 'WEB', store_visit: 'SHOP', expo: 'EXPO' } as const

const interactions = (cut: Cut): Table => ({
  name: 'crm_interaction',
  columns: [
    'it_id integer primary key',
    'member_no text',
    'corp_no text',
    'kind text',
    'at text',
    'chan_code text',
    'subject text',
  ],
  rows: numbered(1, cut.world.interactions, ({ person, organisation, kind, at, channel, subject }, id) => {
    const member = person < 0 ? null : cut.memberOf(person)
    const account = organisation < 0 ? null : cut.accountOf(organisation)
    return firmDayOf(at) > cut.until || (member === null && account === null)
      ? null
      : [id, member, account, interactionCodes[kind], momentOf(at), channel, subject]
  }),
})
