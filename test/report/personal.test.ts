import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../pipelines/duckdb.ts'
import { firmDay } from '../firm.ts'
import { firmAfterNight } from '../first-night.ts'

/** What stands on a page, text by text, as a reader sees it and as its charts tell it. */
function textsOf(html: string): Set<string> {
  const body = html.slice(html.indexOf('<body')).replaceAll(/<(style|script)[\s\S]*?<\/\1>/g, '')
  const between = [...body.matchAll(/>([^<]+)</g)].map(([, text]) => text as string)
  const told = [...body.matchAll(/(?:title|alt|aria-label)="([^"]*)"/g)].map(([, text]) => text as string)
  return new Set([...between, ...told].map((text) => text.trim()).filter(Boolean))
}

const digits = (text: string): string => text.replaceAll(/\D/g, '')

test('names, addresses, telephones and e-mails of people stand on the customer card and nowhere else', async () => {
  const dir = await firmAfterNight()
  const db = await openDatabase(join(dir, 'var/warehouse.duckdb'), { readOnly: true })
  const people = await db.rows<Record<'name' | 'address' | 'phone' | 'email', string | null>>(`
    select full_name as name, address, phone, email from staging.persons
    union all select full_name, null, phone, email from staging.organisation_contacts
    union all select full_name, address, phone, email from staging.list_names
    union all select name, null, null, null from staging.staff`)
  db.close()
  const known = (field: 'name' | 'address' | 'phone' | 'email') =>
    new Set(people.flatMap((one) => one[field] ?? []).map((text) => text.trim()))
  const [names, addresses] = [known('name'), known('address')]
  const phones = new Set([...known('phone')].map(digits).filter((number) => number.length >= 7))
  const found = (texts: Set<string>) =>
    [...texts].filter(
      (text) =>
        names.has(text) ||
        addresses.has(text) ||
        /[\w.+-]+@[\w-]+\.\w/.test(text) ||
        (digits(text).length >= 7 && phones.has(digits(text))),
    )
  const published = join(dir, 'var/published', firmDay)
  const pages = (await readdir(published)).filter((name) => name.endsWith('.html'))
  expect(pages.length).toBeGreaterThanOrEqual(15)
  const told = new Map<string, number>()
  for (const name of pages)
    told.set(name, found(textsOf(await readFile(join(published, name), 'utf8'))).length)
  expect(told.get('customer-card.en.html')).toBeGreaterThan(5)
  told.delete('customer-card.en.html')
  expect([...told].filter(([, count]) => count > 0)).toEqual([])
}, 240_000)
