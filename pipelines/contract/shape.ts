import { z } from 'zod'
import { databaseHead, databaseKinds, databaseTable } from './database.ts'
import { format } from './format.ts'
import { databasePolicy, filesPolicy, sourcePolicy, tablePolicy } from './policy.ts'

const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'use lower-case letters, digits and underscores, beginning with a letter')

const typeForm =
  /^(VARCHAR|TEXT|BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|FLOAT|DOUBLE|DATE|TIME|TIMESTAMP|TIMESTAMPTZ|UUID|JSON|DECIMAL\(\d{1,2}, ?\d{1,2}\))$/

const type = z
  .string()
  .transform((text) => text.trim().toUpperCase())
  .refine((text) => typeForm.test(text), 'not a type known here, such as VARCHAR, INTEGER or DECIMAL(18,4)')
  .transform((text) => (text === 'TEXT' ? 'VARCHAR' : text))

const texts = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)], { error: 'write a text or a list of texts' })
  .transform((value) => [value].flat())

const column = z.preprocess(
  (value) => (typeof value === 'string' ? { type: value } : value),
  z.strictObject({
    type,
    /** The column's name at the source, when it is not the contract's; several: whichever is delivered, the first first. */
    from: texts.optional(),
    /** Where a fixed-width column begins, from 1; without it, where the one before ends. */
    start: z.number().int().min(1).optional(),
    /** How wide a fixed-width column is. */
    width: z.number().int().min(1).optional(),
    not_null: z.boolean().default(false),
    /** The source may leave it out; it is then null. */
    optional: z.boolean().default(false),
    enum: z
      .array(z.union([z.string(), z.number()]).transform(String))
      .min(1)
      .optional(),
    pii: z.enum(['direct', 'indirect']).optional(),
    /** `strptime` formats, tried in order. */
    format: texts.optional(),
    description: z.string().optional(),
  }),
)

const shared = {
  description: z.string().optional(),
  delivery: z.enum(['snapshot', 'append']).default('snapshot'),
  key: z.array(name).min(1).optional(),
  reject_limit: z
    .strictObject({ count: z.number().int().min(0).optional(), share: z.number().min(0).max(1).optional() })
    .default({ share: 0.01 }),
  unknown_columns: z.enum(['ignore', 'freeze', 'evolve']).default('ignore'),
  /** `evolve`: any column that need not be there may be left out, as if each were optional. */
  missing_columns: z.enum(['freeze', 'evolve']).default('freeze'),
  columns: z
    .record(name, column)
    .refine((value) => Object.keys(value).length > 0, 'name at least one column'),
  checks: z.record(name, z.string().min(1)).default({}),
  ...tablePolicy,
}

const head = {
  ...sourcePolicy,
  source: name.optional(),
  missing: z.string().optional(),
  custodian: z.string().optional(),
  licence: z.string().optional(),
}

const sqliteTable = z.strictObject({
  ...shared,
  ...databasePolicy,
  table: z.string().min(1).optional(),
  cursor: name.optional(),
})

const serverTable = z.strictObject({
  ...shared,
  ...databasePolicy,
  ...databaseTable,
  cursor: name.optional(),
})

const filesTable = z.strictObject({
  ...shared,
  ...filesPolicy,
  path: texts.optional(),
  pattern: z.string().min(1).optional(),
  required: z.boolean().default(true),
  /** Seconds that a file must have lain still; what was written to later is left for the next run. */
  settle: z.number().min(0).default(0),
  format: format.optional(),
})

const variable = z.string().regex(/^env:[A-Za-z_][A-Za-z0-9_]*$/, 'name an environment variable, as env:NAME')

/** A server that the files are fetched from; secrets come from the environment. */
const sftp = z
  .strictObject({
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535).default(22),
    user: z.string().min(1),
    /** The host's key, as `ssh-keygen -l` prints it. */
    fingerprint: z
      .string()
      .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'write it as SHA256:… (ssh-keygen -lf shows it)'),
    password: variable.optional(),
    /** The path of a private key. */
    key: variable.optional(),
    passphrase: variable.optional(),
  })
  .refine((value) => value.password !== undefined || value.key !== undefined, "needs 'password' or 'key'")

/** What a file must say before the rest of it can be judged. */
export const kindShape = z.looseObject({ kind: z.enum(['sqlite', 'files', ...databaseKinds]) })

const server = z.strictObject({
  ...head,
  kind: z.enum(databaseKinds),
  ...databaseHead,
  tables: z.record(name, serverTable),
})

/** The shapes of `sources/<source>.yaml`, by kind. */
export const sourceShapes = {
  sqlite: z.strictObject({
    ...head,
    kind: z.literal('sqlite'),
    path: texts,
    tables: z.record(name, sqliteTable),
  }),
  files: z.strictObject({
    ...head,
    kind: z.literal('files'),
    format: format.optional(),
    sftp: sftp.optional(),
    tables: z.record(name, filesTable),
  }),
  postgres: server,
  mysql: server,
}

export type SourceFile = z.output<(typeof sourceShapes)[keyof typeof sourceShapes]>
export type ServerTable = z.output<typeof serverTable>
export type SqliteTable = z.output<typeof sqliteTable>
export type Sftp = z.output<typeof sftp>
export type FilesTable = z.output<typeof filesTable>
