import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../pipelines/duckdb.ts'
import type { Booleans, Fixed, Texts } from '../../pipelines/extract/parquet/column.ts'
import { ParquetFile } from '../../pipelines/extract/parquet/file.ts'
import { RowWriter } from '../../pipelines/extract/parquet/rows.ts'

async function place() {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-parquet-'))
  const db = await openDatabase(':memory:')
  onTestFinished(async () => {
    db.close()
    await rm(dir, { recursive: true, force: true })
  })
  return { db, path: join(dir, 'rows.parquet') }
}

test('rows of several groups, from two writers at once, with and without nulls, are what the engine reads', async () => {
  const { db, path } = await place()
  const rows = 150_000
  const file = await ParquetFile.create(path, [
    { name: 'id', type: 'BIGINT' },
    { name: 'text "é"', type: 'VARCHAR' },
    { name: 'yes', type: 'BOOLEAN' },
    { name: 'none', type: 'DOUBLE' },
  ])
  const fill = async (from: number): Promise<string> => {
    const writer = new RowWriter(file)
    const [id, text, yes, none] = writer.columns as [Fixed, Texts, Booleans, Fixed]
    for (let i = from; i < from + rows; i++) {
      const bytes = Buffer.from(i % 1000 === 0 ? '茶'.repeat(i % 7000) : `n${i}`)
      id.whole(i % 2 === 0 ? i : -BigInt(i))
      if (i % 3 === 0) text.addNull()
      else text.add(bytes, 0, bytes.length)
      yes.add(i % 5 === 0)
      none.addNull()
      if (writer.endRow(bytes.length)) await writer.write()
    }
    return writer.finish()
  }
  const hashes = await Promise.all([fill(0), fill(rows)])
  await file.finish()
  expect(new Set(hashes).size).toBe(2)
  const file_rows = sql`(select *, abs(id) as i from read_parquet(${sql.lit(path)}))`
  expect(
    await db.rows(sql`select count(*) as n, count(distinct i) as ids, min(i) as first, max(i) as last,
      bool_and((id < 0) = (i % 2 = 1 and i > 0)) as signs, bool_and(yes = (i % 5 = 0)) as flags, count("none") as none,
      bool_and(case when i % 3 = 0 then "text ""é""" is null
        else "text ""é""" = case when i % 1000 = 0 then repeat('茶', (i % 7000)::integer) else 'n' || i end end) as texts
      from ${file_rows}`),
  ).toEqual([
    {
      n: 2 * rows,
      ids: 2 * rows,
      first: 0,
      last: 2 * rows - 1,
      signs: true,
      flags: true,
      none: 0,
      texts: true,
    },
  ])
})

test('a file without rows has its columns; one that is not finished is none', async () => {
  const { db, path } = await place()
  const columns = [
    { name: 'a', type: 'DECIMAL(38,2)' },
    { name: 'b', type: 'UUID' },
    { name: 'c', type: 'TIMESTAMPTZ' },
  ]
  await (await ParquetFile.create(path, columns)).finish()
  expect(
    await db.rows(
      sql`select column_name as n, column_type as t from (describe select * from read_parquet(${sql.lit(path)}))`,
    ),
  ).toEqual([
    { n: 'a', t: 'DECIMAL(38,2)' },
    { n: 'b', t: 'UUID' },
    { n: 'c', t: 'TIMESTAMP WITH TIME ZONE' },
  ])
  await rm(path)
  await (await ParquetFile.create(path, columns)).close()
  await expect(db.rows(sql`select * from read_parquet(${sql.lit(path)})`)).rejects.toThrow(/[Pp]arquet/)
})
