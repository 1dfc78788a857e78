import { getCountries, isSupportedCountry, Metadata } from 'libphonenumber-js/max'
import { defineModel } from '../../pipelines/build/model.ts'

/** How a country dials, after libphonenumber; what its types leave out is here. */
interface Plan {
  code: string
  /** What stands before a number at home, as 0. */
  trunk: RegExp | undefined
  /** A whole national number. */
  number: RegExp
}

function planOf(country: string): Plan {
  const metadata = new Metadata()
  metadata.selectNumberingPlan(country as never)
  const plan = metadata.numberingPlan as unknown as Record<string, () => string | undefined>
  const trunk = plan.nationalPrefixForParsing?.()
  return {
    code: plan.callingCode?.() as string,
    trunk: trunk ? new RegExp(`^(?:${trunk})`) : undefined,
    number: new RegExp(`^(?:${plan.nationalNumberPattern?.()})$`),
  }
}

const plans = new Map<string, Plan>()
const plan = (country: string): Plan | undefined => {
  if (!isSupportedCountry(country)) return undefined
  const known = plans.get(country) ?? planOf(country)
  plans.set(country, known)
  return known
}

/** By calling code, which is one to three digits long. */
const byCode = Map.groupBy(getCountries(), (country) => plan(country)?.code as string)

function abroad(digits: string): string | undefined {
  for (const length of [1, 2, 3]) {
    const [code, rest] = [digits.slice(0, length), digits.slice(length)]
    if (byCode.get(code)?.some((country) => plan(country)?.number.test(rest))) return `+${digits}`
  }
  return undefined
}

/** A number as people of its country dial it: with the trunk prefix, without, or with the calling code. */
function atHome(digits: string, { code, trunk, number }: Plan): string | undefined {
  const national = trunk ? digits.replace(trunk, '') : digits
  const tries = [national, digits, ...(digits.startsWith(code) ? [digits.slice(code.length)] : [])]
  const found = tries.find((one) => number.test(one))
  return found && `+${code}${found}`
}

/** Full-width digits are digits; a trunk nought in brackets and an extension are written for people. */
const signsOf = (phone: string): string =>
  phone
    .normalize('NFKC')
    .replace('(0)', '')
    .replace(/\s*(?:ext\.?|extension|x|#|转|轉|分机|內線).*$/i, '')
    .replace(/[^\d+]/g, '')

function e164(signs: string, country: string): string | null {
  const home = plan(country)
  if (signs.startsWith('+')) return abroad(signs.slice(1)) ?? null
  const near = home && atHome(signs, home)
  return near ?? (signs.startsWith('00') ? abroad(signs.slice(2)) : undefined) ?? null
}

export default defineModel({
  description:
    'Telephone numbers as they are written, in the international form E.164. A number that no country has keeps its digits: it is compared, not called.',
  grain: 'one row a number as written and country',
  columns: {
    phone: { type: 'VARCHAR', description: 'Number as written', pii: 'direct', tests: ['not_null'] },
    country: {
      type: 'VARCHAR',
      description: 'Country of the record; empty when not known',
      tests: ['not_null'],
    },
    e164: {
      type: 'VARCHAR',
      description: 'Number with + and calling code; null when it is none',
      pii: 'direct',
    },
    digits: { type: 'VARCHAR', description: 'Its digits', pii: 'direct' },
  },
  tests: [{ unique: ['phone', 'country'] }],
  inputs: {
    written: `
      select phone, coalesce(country, '') as country from staging.persons where phone is not null
      union
      select phone, coalesce(country, '') from staging.organisations where phone is not null
      union
      select c.phone, coalesce(o.country, '')
      from staging.organisation_contacts as c
      left join staging.organisations as o on o.organisation_id = c.organisation_id
      where c.phone is not null
      union
      select phone, coalesce(country, '') from staging.list_names where phone is not null
      order by phone, country`,
  },
  run: ({ inputs }) => {
    const phones = Array.from(inputs.written.getChild('phone') ?? []) as string[]
    const countries = Array.from(inputs.written.getChild('country') ?? []) as string[]
    const signs = phones.map(signsOf)
    return {
      phone: phones,
      country: countries,
      e164: signs.map((one, i) => e164(one, countries[i] as string)),
      digits: signs.map((one) => one.replace('+', '') || null),
    }
  },
})
