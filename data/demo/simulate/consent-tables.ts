import { dayOf, endDay, firmDayOf, secondsPerDay } from './calendar.ts'
import { mediumCodes } from './codes.ts'
import { type Cut, isPast, numbered, type Row } from './cut.ts'
import { media, type Person } from './people.ts'
import type { PersonRecord } from './records.ts'
import type { Table } from './write.ts'

interface Act {
  person: Person
  medium: number
  /** Seconds, UTC. */
  at: number
  action: 'G' | 'W'
  source: string
  text: number
}

/** The wordings that were shown, by market and time. */
const texts: readonly { id: number; market: number; from: number; body: string }[] = [
  {
    id: 101,
    market: 0,
    from: dayOf('2022-07-01'),
    body: '我同意港叶茶居通过所选方式向我发送商品与活动信息。',
  },
  {
    id: 102,
    market: 0,
    from: dayOf('2024-03-01'),
    body: '我单独同意港叶茶居为营销目的处理我的联系方式，并可随时撤回。',
  },
  { id: 201, market: 1, from: dayOf('2022-07-01'), body: '本人同意港葉茶居以所選方式寄送推廣資訊。' },
  {
    id: 301,
    market: 2,
    from: dayOf('2022-07-01'),
    body: 'Yes, Harbour & Leaf may send me news and offers by the ways I have ticked.',
  },
  {
    id: 302,
    market: 2,
    from: dayOf('2025-01-15'),
    body: 'I agree that Harbour & Leaf sends me news and offers by the ways I have ticked. I can withdraw at any time.',
  },
]

/** The consent ledger and its wordings. */
export const consentTables = (cut: Cut): Table[] => [
  {
    name: 'consent_log',
    columns: [
      'log_id integer primary key',
      'member_no text',
      'at_ms integer',
      'act text',
      'media text',
      'purpose text',
      'basis text',
      'src text',
      'text_id integer',
    ],
    rows: numbered(1, actsOf(cut), (act, id) => (isPast(cut, act.at) ? actRow(cut, act, id) : null)),
  },
  {
    name: 'consent_text',
    columns: ['text_id integer primary key', 'valid_from text', 'body text'],
    rows: texts.map(({ id, from, body }) => [
      id,
      new Date(from * 86_400_000).toISOString().slice(0, 10),
      body,
    ]),
  },
]

function actRow(cut: Cut, { person, medium, at, action, source, text }: Act, id: number): Row {
  return [
    id,
    cut.memberOf(person.index),
    at * 1000,
    action,
    mediumCodes[media[medium] as 'email'],
    'MKT',
    'CONSENT',
    source,
    text,
  ]
}

function actsOf({ world: { people, records, departures } }: Cut): Act[] {
  const acts: Act[] = []
  for (const person of people) {
    if (person.joined < 0) continue
    const record = records.list[records.primary[person.index] as number] as PersonRecord
    const registered = (record.entries[0] as { from: number }).from
    const closing = departures.get(person.index)
    for (let medium = 0; medium < 4; medium++) {
      if ((person.consentFrom[medium] as number) < 0) continue
      const text = textShown(person.market, firmDayOf(registered))
      acts.push({ person, medium, at: registered + 30, action: 'G', source: record.source, text })
      const until = person.consentUntil[medium] as number
      const own = until < endDay ? until * secondsPerDay + 40_000 : Number.POSITIVE_INFINITY
      const at = Math.min(own, closing?.closes ? Math.round(closing.at) : Number.POSITIVE_INFINITY)
      if (at !== Number.POSITIVE_INFINITY)
        acts.push({
          person,
          medium,
          at: Math.max(at, registered + 60),
          action: 'W',
          source: at === own ? 'WEB' : 'CALL',
          text,
        })
    }
  }
  return acts.sort((a, b) => a.at - b.at || a.person.index - b.person.index || a.medium - b.medium)
}

const textShown = (market: number, day: number): number =>
  (
    texts.findLast((text) => text.market === market && text.from <= day) ??
    (texts[0] as (typeof texts)[number])
  ).id
