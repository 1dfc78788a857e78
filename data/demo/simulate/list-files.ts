import { dateOf } from './calendar.ts'
import { type Exchange, writePhone } from './contact-points.ts'
import { encodeGbk } from './gbk.ts'
import { type Licence, type ListRow, licences } from './lists.ts'
import { misdial, misspellHan, misspellLatin } from './misspell.ts'
import { hanName, latinName, type PersonName } from './names.ts'
import type { Person } from './people.ts'
import { addressLine, cityOf, postcodeOf } from './places.ts'
import type { Random } from './random.ts'
import { type SheetCell, writeXlsx } from './xlsx.ts'

export interface ListFile {
  name: string
  bytes: Uint8Array
}

/** What a list says of a name. */
interface Name {
  row: ListRow
  person: Person
  name: PersonName
  phone: string | null
  email: string | null
  birth: number | null
  address: string | null
}

/** The three deliveries, each as its broker sends it. */
export function writeLists(
  rng: Random,
  exchange: Exchange,
  people: Person[],
  lists: ListRow[][],
): ListFile[] {
  const names = lists.map((rows, list) =>
    rows.map((row) => say(rng, exchange, people[row.person] as Person, row, list)),
  )
  return [
    { name: 'gift-buyers-2025.csv', bytes: giftBuyers(rng, names[0] as Name[]) },
    { name: 'expo-visitors-2025.xlsx', bytes: expoVisitors(rng, names[1] as Name[]) },
    { name: 'households-autumn-2025.txt', bytes: households(rng, names[2] as Name[]) },
  ]
}

/** A row's facts, with slips where it is blurred; something always stays by which the person is known. */
function say(rng: Random, exchange: Exchange, person: Person, row: ListRow, list: number): Name {
  const { blurred } = row
  const otherPhone = blurred && rng.chance(0.3)
  const hasPhone = rng.chance(list === 2 ? 0.55 : 0.93)
  const hasEmail = otherPhone || !hasPhone ? rng.chance(0.9) : rng.chance(list === 1 ? 0.92 : 0.5)
  const phone = otherPhone
    ? exchange.phone(person.market)
    : blurred && rng.chance(0.05)
      ? misdial(rng, person.phone)
      : person.phone
  // Who is under age was asked for a date of birth.
  const young = person.birth > (licences[list] as Licence).delivered - 18 * 365.25
  return {
    row,
    person,
    name: blurred && rng.chance(0.5) ? slip(rng, person.name) : person.name,
    phone: hasPhone ? writePhone(phone, person.market, list === 1 ? 0 : rng.int(4)) : null,
    email: hasEmail ? person.email : null,
    birth: young || rng.chance([0.9, 0.45, 0.7][list] as number) ? person.birth : null,
    address: row.noAddress ? null : addressLine(person.address, list === 1 ? rng.chance(0.6) : false),
  }
}

function slip(rng: Random, name: PersonName): PersonName {
  if (name.hanGiven !== '')
    return { ...name, hanGiven: misspellHan(rng, name.hanGiven), given: misspellLatin(rng, name.given) }
  return rng.chance(0.5)
    ? { ...name, given: misspellLatin(rng, name.given) }
    : { ...name, family: misspellLatin(rng, name.family) }
}

/** Mainland gift buyers: comma-separated, GBK, Chinese headers, CRLF. */
function giftBuyers(rng: Random, names: Name[]): Uint8Array {
  const lines = ['序号,姓名,性别,出生日期,手机号,邮箱,省份,城市,地址,邮编,最近购买,礼品类别,退订,地址状态']
  for (const { row, person, name, phone, email, birth, address } of names) {
    const city = cityOf(person.address)
    lines.push(
      [
        row.row,
        hanName(name) || latinName(name, person.style),
        rng.chance(0.95) ? (person.gender === 'f' ? '女' : '男') : '',
        birth === null ? '' : rng.chance(0.85) ? dateOf(birth) : dateOf(birth).replaceAll('-', '/'),
        phone,
        email,
        address === null ? '' : city.region,
        address === null ? '' : city.name,
        address,
        address === null ? '' : postcodeOf(person.address),
        rng.pick(['3个月内', '6个月内', '12个月内']),
        rng.pick(['茶叶', '酒水', '糕点', '工艺品']),
        row.optedOut ? '是' : '否',
        row.undeliverable ? '无效' : '有效',
      ].join(','),
    )
  }
  // Two rows where somebody typed a comma into the address: they have a field too many.
  const torn = Math.floor(names.length / 3)
  for (const at of [torn, 2 * torn]) lines[at] = (lines[at] as string).replace('号', '号,')
  return encodeGbk(`${lines.join('\r\n')}\r\n`)
}

/** Hong Kong expo visitors: a workbook with a title over its header, telephone numbers as numbers, dates as dates. */
function expoVisitors(rng: Random, names: Name[]): Uint8Array {
  const rows: SheetCell[][] = [
    ['Harbour Tea Expo 2025 - visitor list, one use'],
    [],
    [
      'Ref',
      'English name',
      '中文姓名',
      'Sex',
      'Date of birth',
      'Mobile',
      'Email',
      'Country',
      'City',
      'District',
      'Address',
      'Postcode',
      'Visited',
      'Interest',
      'Opt-out',
      'Returned mail',
    ],
  ]
  for (const { row, person, name, phone, email, birth, address } of names) {
    const city = cityOf(person.address)
    const digits = phone?.replaceAll(/[^0-9]/g, '') ?? null
    rows.push([
      row.row,
      latinName(name, person.style),
      rng.chance(0.6) ? hanName(name) || null : null,
      person.gender === 'f' ? 'F' : 'M',
      birth === null ? null : { day: birth },
      digits === null ? null : digits.startsWith('0') ? digits : Number(digits),
      email,
      ['China', 'Hong Kong', 'United Kingdom'][person.market] as string,
      address === null ? null : city.latin,
      address === null ? null : city.region,
      address,
      address === null ? null : postcodeOf(person.address),
      rng.pick(['2025', '2025', '2024']),
      rng.pick(['Tea', 'Teaware', 'Gifts', 'Food']),
      row.optedOut ? 'Y' : null,
      row.undeliverable ? 'Y' : null,
    ])
  }
  return writeXlsx('Visitors', rows)
}

/** British households: pipes, Latin-1, dates day first, the address in two lines. */
function households(rng: Random, names: Name[]): Uint8Array {
  const lines = [
    'URN|TITLE|FORENAME|SURNAME|SEX|DOB|ADD1|ADD2|TOWN|COUNTY|POSTCODE|TEL|EMAIL|OPTOUT|GONEAWAY|RECENCY|SEGMENT',
  ]
  for (const { row, person, name, phone, email, birth, address } of names) {
    const city = cityOf(person.address)
    const [first, ...rest] = address?.split(', ') ?? []
    const day = birth === null ? '' : dateOf(birth).split('-').reverse().join('/')
    lines.push(
      [
        row.row,
        person.gender === 'f' ? rng.pick(['Mrs', 'Ms', 'Miss']) : 'Mr',
        name.given,
        name.family,
        person.gender.toUpperCase(),
        day,
        first,
        rest.join(', '),
        address === null ? '' : city.name,
        address === null ? '' : city.region,
        address === null ? '' : postcodeOf(person.address),
        phone,
        email,
        row.optedOut ? 'Y' : 'N',
        row.undeliverable ? 'Y' : 'N',
        rng.pick(['0-3M', '4-6M', '7-12M']),
        rng.pick(['COMFORT', 'RURAL', 'CITY', 'SILVER']),
      ].join('|'),
    )
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1')
}
