import { expect, onTestFinished, test } from 'vitest'
import { type Intake, openIntake } from '../intake.ts'
import { mysqlUrl, openMysqlDatabase, openPglite, openPostgresDatabase, postgresUrl } from './servers.ts'

const contract = (head: string, query = 'select count(*) as n, sum(amount) as total from sales') => `${head}
tables:
  sales:
    key: [id]
    control: {query: "${query}", rows: n, sums: {value: total}}
    columns: {id: INTEGER, value: {type: 'DECIMAL(12,2)', from: amount}}
`

interface Place {
  intake: Intake
  head: string
  run(...statements: string[]): Promise<void>
}

async function onServer(kind: string, open: () => ReturnType<typeof openPglite>): Promise<Place> {
  const database = await open()
  onTestFinished(() => database.close())
  const intake = await openIntake({})
  intake.env.SHOP_URL = database.url
  return { intake, head: `kind: ${kind}\nconnection: env:SHOP_URL\nretries: 0`, run: database.run }
}

async function onSqlite(): Promise<Place> {
  const intake = await openIntake({})
  const run = async (...statements: string[]) => intake.sqlite('input/shop.sqlite', ...statements)
  return { intake, head: 'kind: sqlite\npath: input/shop.sqlite', run }
}

const places = [
  {
    name: 'PostgreSQL',
    open: () =>
      onServer('postgres', postgresUrl ? () => openPostgresDatabase('clientele_control') : openPglite),
    skip: false,
  },
  {
    name: 'MariaDB',
    open: () => onServer('mysql', () => openMysqlDatabase('clientele_control')),
    skip: !mysqlUrl,
  },
  { name: 'SQLite', open: onSqlite, skip: false },
]

for (const { name, open, skip } of places)
  test.skipIf(skip)(`${name}: what landed is what the source counts itself`, async () => {
    const { intake, head, run } = await open()
    await run(
      'create table sales (id int primary key, amount decimal(12,2))',
      'insert into sales values (1, 10.25), (2, 4.50), (3, null)',
    )
    await intake.write('sources/shop.yaml', contract(head))
    expect(await intake.night()).toMatchObject([{ read: 3, loaded: 3 }])
    const [load] = await intake.landing('shop', 'sales')
    expect((await intake.manifest('shop', 'sales', load as string)).control).toMatchObject({ rows: 3 })
    // Only a change lands; the totals are those of the whole table.
    await run('update sales set amount = 11.25 where id = 1')
    expect(await intake.extract()).toMatchObject([{ landed: 1 }])
    const wrong = contract(head, 'select count(*) + 1 as n, sum(amount) + 0.01 as total from sales')
    await intake.write('sources/shop.yaml', wrong)
    await run('update sales set amount = 12.25 where id = 1')
    await expect(intake.extract()).rejects.toThrow(
      /shop\.sales: .* holds 3 rows, its control total says 4[\s\S]*holds value of 16\.75, its control total says 16\.76/,
    )
    expect((await intake.landing('shop', 'sales')).filter((one) => /^\d/.test(one))).toHaveLength(2)
    await intake.write('sources/shop.yaml', contract(head, 'select 1 as n, 2 as sum'))
    await expect(intake.extract()).rejects.toThrow(
      /the query for control totals of shop\.sales gives no number 'total'/,
    )
    await intake.write('sources/shop.yaml', contract(head, 'select 1 as n from sales'))
    await expect(intake.extract()).rejects.toThrow(/shop\.sales: the query for control totals gives 3 rows/)
  })

test('totals of a table that is appended to are refused', async () => {
  const { intake, head, run } = await onSqlite()
  await run('create table sales (id int, amount real)')
  const appended = contract(head).replace('key: [id]', 'delivery: append\n    cursor: id')
  await intake.write('sources/shop.yaml', appended)
  await expect(intake.extract()).rejects.toThrow(
    /'sales' is appended to: what comes of it is not what a query counts/,
  )
})
