import { afterAll, beforeAll } from 'vitest'
import { type Intake, openIntake } from '../intake.ts'
import { openPglite, openPostgresDatabase, postgresUrl, type TestDatabase } from './servers.ts'

export interface PostgresServer {
  name: string
  open(): Promise<TestDatabase>
  /** It is not there. */
  skip: boolean
}

/** PGlite, which anybody has, and a real server; `database` is made there for the tests of one file. */
export const postgresServers = (database: string): PostgresServer[] => [
  { name: 'PGlite', open: openPglite, skip: false },
  { name: 'PostgreSQL', open: () => openPostgresDatabase(database), skip: !postgresUrl },
]

/** The contract of a source whose connection is in SHOP_URL; `tables` and `more` are parts of it. */
export const shop = (tables: string, more = '') => ({
  shop: `kind: postgres\nconnection: env:SHOP_URL\n${more}tables:\n${tables}`,
})

/** The database of a group of tests, and projects that take in from it. */
export function onServer({ open, skip }: PostgresServer) {
  let database: TestDatabase
  beforeAll(async () => {
    if (!skip) database = await open()
  })
  afterAll(async () => {
    if (!skip) await database.close()
  })
  return {
    get database() {
      return database
    },
    async openShop(tables: string, more = ''): Promise<Intake> {
      const intake = await openIntake(shop(tables, more))
      intake.env.SHOP_URL = database.url
      return intake
    },
  }
}
