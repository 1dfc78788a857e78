import { open } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Db } from '../../duckdb.ts'
import { ClienteleError } from '../../error.ts'
import { shownPath } from '../../project.ts'
import { part } from '../text/parts.ts'
import type { Readings } from './readings.ts'

/** A Parquet file is read by the engine; every value becomes text. A damaged one is refused whole. */
export async function readParquet(db: Db, path: string, dir: string): Promise<Readings> {
  await checkMarks(path)
  const file = sql.lit(path)
  const found = await db
    .rows<{ column_name: string; column_type: string }>(
      sql`describe select * from read_parquet(${file}, binary_as_string = false)`,
    )
    .catch(() => Promise.reject(damaged(path)))
  const [counted] = await db
    .rows<{ n: number }>(
      sql`select coalesce(sum(num_rows), 0)::bigint as n from parquet_file_metadata(${file})`,
    )
    .catch(() => Promise.reject(damaged(path)))
  const types = found.map(({ column_type }) => column_type)
  return {
    columns: found.map(({ column_name }) => ({ name: column_name, type: 'VARCHAR' })),
    async parted() {
      const none = await part(dir, async () => undefined)
      return { ...none, text: { form: 'parquet', path, types, count: counted?.n ?? 0 } }
    },
  }
}

/** The format begins and ends with its name: half a file has only one of them. */
async function checkMarks(path: string): Promise<void> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const marks = await Promise.all(
      [0, size - 4].map(async (at) =>
        (await file.read(Buffer.alloc(4), 0, 4, Math.max(0, at))).buffer.toString('latin1'),
      ),
    )
    if (marks.includes('PARE')) {
      throw new ClienteleError({ what: 'the Parquet file is encrypted', where: { file: shownPath(path) } })
    }
    if (size < 12 || marks.some((mark) => mark !== 'PAR1')) throw damaged(path)
  } finally {
    await file.close()
  }
}

const damaged = (path: string): ClienteleError =>
  new ClienteleError({
    what: 'not a whole Parquet file',
    where: { file: shownPath(path) },
    how: 'It may still be arriving: run again when it is complete, or ask for it again.',
  })
