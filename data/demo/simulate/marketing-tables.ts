import { dateOf, momentOf, secondsPerDay } from './calendar.ts'
import type { Campaign } from './campaign.ts'
import { campaignPlan, listCampaigns } from './campaign-plan.ts'
import { mediumCodes } from './codes.ts'
import { writePhone } from './contact-points.ts'
import { type Cut, isPast, minor, numbered, type Row } from './cut.ts'
import { invoiceOf, licences } from './lists.ts'
import { hanName, latinName } from './names.ts'
import type { Person } from './people.ts'
import { addressLine, postcodeOf } from './places.ts'
import { type Contact, responsesOf } from './sent.ts'
import type { Table } from './write.ts'

/** Campaigns, what came back, and the lists with their licences; what was sent to whom is `contactTable`. */
export const marketingTables = (cut: Cut, contacts: Contact[]): Table[] => [
  campaigns(cut),
  responseTable(cut, contacts),
  licenceTable(cut),
  seedTable(cut),
  suppressionTable(cut),
]

const purposeCodes = {
  reactivation: 'RE',
  cross_sell: 'XS',
  acquisition: 'AQ',
  retention: 'RT',
  launch: 'LA',
} as const

const campaigns = (cut: Cut): Table => ({
  name: 'mkt_campaign',
  columns: [
    'camp_code text primary key',
    'name text',
    'purpose text',
    'media text',
    'starts text',
    'ends text',
    'offer text',
    'audience text',
    'fixed_fen integer',
    'piece_fen integer',
  ],
  rows: [...campaignPlan, ...listCampaigns]
    .filter(({ day }) => day <= cut.until)
    .sort((a: Campaign, b: Campaign) => a.day - b.day)
    .map((c) => [
      c.id,
      c.name,
      purposeCodes[c.purpose],
      mediumCodes[c.medium],
      dateOf(c.day),
      dateOf(c.day + c.window),
      c.offer,
      c.audience,
      minor(c.fixedCost),
      minor(c.unitCost),
    ]),
})

export const contactTable = (contacts: Contact[]): Table => ({
  name: 'mkt_contact',
  columns: [
    'contact_id integer primary key',
    'camp_code text',
    'member_no text',
    'list_code text',
    'list_row integer',
    'cell text',
    'media text',
    'sent_on text',
    'key_code text',
    'cost_fen integer',
    'delivered integer',
    'created_ts integer',
  ],
  rows: contactRows(contacts),
})

function* contactRows(contacts: Contact[]): Generator<Row> {
  let id = firstContact
  for (const { campaign, member, list, treated, delivered } of contacts) {
    yield [
      id++,
      campaign.id,
      member,
      list?.code ?? null,
      list?.row ?? null,
      treated ? 'T' : 'C',
      mediumCodes[campaign.medium],
      dateOf(campaign.day),
      treated ? keyCode(campaign) : null,
      treated ? minor(campaign.unitCost) : 0,
      treated ? (delivered ? 1 : 0) : null,
      // Drawn and stored the evening before the send.
      (campaign.day - 1) * secondsPerDay + 10 * 3600,
    ]
  }
}

const firstContact = 1
const keyCode = (campaign: Campaign): string => `${campaign.id}-${campaign.day % 97}`

const responseTable = (cut: Cut, contacts: Contact[]): Table => ({
  name: 'mkt_response',
  columns: [
    'resp_id integer primary key',
    'contact_id integer',
    'camp_code text',
    'member_no text',
    'at text',
    'kind text',
    'key_code text',
    'order_id integer',
  ],
  rows: numbered(1, responsesOf(cut, contacts), ({ contact, at, kind, order }, id) => {
    const { campaign, member } = contacts[contact] as Contact
    const shown = kind === 'click' ? null : keyCode(campaign)
    return isPast(cut, at)
      ? [
          id,
          firstContact + contact,
          campaign.id,
          member,
          momentOf(at),
          { order: 'O', click: 'C', call: 'T' }[kind],
          shown,
          order,
        ]
      : null
  }),
})

const licenceTable = ({ until, world }: Cut): Table => ({
  name: 'mkt_list',
  columns: [
    'list_code text primary key',
    'name text',
    'owner text',
    'acq text',
    'delivered text',
    'gross integer',
    'cpm real',
    'ccy text',
    'floor_pct real',
    'run_charge real',
    'selects real',
    'billed real',
    'uses integer',
    'channels text',
    'purpose text',
    'mail_from text',
    'mail_until text',
    'expires text',
    'proof text',
  ],
  rows: licences.flatMap((l, i) => {
    if (l.delivered > until) return []
    const rows = world.lists.lists[i] ?? []
    return [
      [
        l.id,
        l.name,
        l.owner,
        l.acquisition === 'bought' ? 'B' : 'R',
        dateOf(l.delivered),
        rows.length,
        l.pricePerThousand,
        l.currency,
        l.floorShare * 100,
        l.runCharge,
        l.selects,
        invoiceOf(l, rows),
        l.uses,
        l.channels,
        l.purpose,
        dateOf(l.mailFrom),
        dateOf(l.mailUntil),
        l.expires === null ? null : dateOf(l.expires),
        l.proof,
      ],
    ]
  }),
})

const seedTable = ({ world: { people, lists } }: Cut): Table => ({
  name: 'mkt_seed',
  columns: ['seed_id integer primary key', 'name text', 'addr text', 'email text', 'phone text'],
  rows: numbered(1, lists.ownSeeds, (index, id) => {
    const person = people[index] as Person
    return [
      id,
      localName(person),
      addressLine(person.address, false),
      person.email,
      writePhone(person.phone, person.market, 0),
    ]
  }),
})

const localName = ({ name, style }: Person): string => hanName(name) || latinName(name, style)
const suppressionCodes = { opt_out: 'OPT', deceased: 'DEC', minor: 'MIN', complaint: 'CMP' } as const

const suppressionTable = (cut: Cut): Table => ({
  name: 'mkt_suppression',
  columns: [
    'sup_id integer primary key',
    'kind text',
    'name text',
    'email text',
    'phone text',
    'addr text',
    'zip text',
    'recorded text',
  ],
  rows: numbered(
    1,
    [...cut.world.lists.suppressions].sort((a, b) => a.recorded - b.recorded || a.person - b.person),
    ({ kind, person: index, recorded }, id) => {
      const person = cut.world.people[index] as Person
      return recorded > cut.until
        ? null
        : [
            id,
            suppressionCodes[kind],
            localName(person),
            index % 3 === 0 ? null : person.email,
            index % 3 === 1 ? null : writePhone(person.phone, person.market, 0),
            addressLine(person.address, false),
            postcodeOf(person.address),
            dateOf(recorded),
          ]
    },
  ),
})
