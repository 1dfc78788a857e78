import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import mysql from 'mysql2/promise'
import pg from 'pg'

/** A database of its own on some server, for the tests of one file. */
export interface TestDatabase {
  url: string
  run(...statements: string[]): Promise<void>
  close(): Promise<void>
}

export const postgresUrl = process.env.CLIENTELE_TEST_POSTGRES
export const mysqlUrl = process.env.CLIENTELE_TEST_MYSQL

/** PostgreSQL in this process: anyone can run the tests that need no more than one connection. */
export async function openPglite(): Promise<TestDatabase> {
  const lite = await PGlite.create()
  const server = new PGLiteSocketServer({ db: lite, host: '127.0.0.1', port: 0 })
  await server.start()
  const { port } = new URL(`http://${server.getServerConn()}`)
  return {
    url: `postgres://postgres:never-shown@127.0.0.1:${port}/postgres?sslmode=disable`,
    async run(...statements) {
      for (const statement of statements) await lite.exec(statement)
    },
    async close() {
      await server.stop()
      await lite.close()
    },
  }
}

export async function openPostgresDatabase(name: string): Promise<TestDatabase> {
  const admin = new pg.Client(postgresUrl)
  await admin.connect()
  await admin.query(`drop database if exists ${name} with (force)`)
  await admin.query(`create database ${name}`)
  const url = new URL(postgresUrl as string)
  url.pathname = `/${name}`
  const client = new pg.Client(url.href)
  client.on('error', () => {})
  await client.connect()
  return {
    url: url.href,
    async run(...statements) {
      for (const statement of statements) await client.query(statement)
    },
    async close() {
      await client.end()
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}

export async function openMysqlDatabase(name: string): Promise<TestDatabase> {
  const admin = await mysql.createConnection({ uri: mysqlUrl as string, multipleStatements: true })
  await admin.query(
    `drop database if exists ${name}; create database ${name} character set utf8mb4; use ${name}`,
  )
  const url = new URL(mysqlUrl as string)
  url.pathname = `/${name}`
  return {
    url: url.href,
    async run(...statements) {
      for (const statement of statements) await admin.query(statement)
    },
    async close() {
      await admin.query(`drop database ${name}`)
      await admin.end()
    },
  }
}
