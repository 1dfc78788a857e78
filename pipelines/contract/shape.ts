import { z } from 'zod'

/** Encodings a contract may name, and the label the platform's decoder knows them by. */
export const encodings = {
  'utf-8': 'utf-8',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  gbk: 'gb18030',
  gb18030: 'gb18030',
  big5: 'big5',
  'shift-jis': 'shift_jis',
  latin1: 'windows-1252',
  'windows-1252': 'windows-1252',
} as const

export type Encoding = keyof typeof encodings

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
    /** The column's name at the source, when it is not the contract's. */
    from: z.string().min(1).optional(),
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

const csvOnly = ['delimiter', 'quote', 'encoding'] as const

const format = z
  .strictObject({
    type: z.enum(['csv', 'xlsx']),
    delimiter: z.string().min(1).max(4).optional(),
    /** Empty: nothing is quoted. */
    quote: z
      .string()
      .regex(/^[!-~]?$/, 'use one ASCII character, or none')
      .optional(),
    encoding: z.enum(Object.keys(encodings) as [Encoding, ...Encoding[]]).optional(),
    /** The sheet by name; the first without it. */
    sheet: z.string().optional(),
    header: z.boolean().default(true),
    /** Lines (rows of a sheet) before the header. */
    skip: z.number().int().min(0).default(0),
    /** Texts that mean "nothing", beside the empty field. */
    nulls: z.array(z.string()).default([]),
  })
  .superRefine((value, issues) => {
    const foreign = value.type === 'csv' ? (['sheet'] as const) : csvOnly
    for (const key of foreign) {
      if (value[key] !== undefined)
        issues.addIssue({ code: 'custom', path: [key], message: `a ${value.type} file has none` })
    }
  })
  .transform(({ delimiter = ',', quote = '"', encoding = 'utf-8', ...rest }) => ({
    delimiter,
    quote,
    encoding,
    ...rest,
  }))

const shared = {
  description: z.string().optional(),
  delivery: z.enum(['snapshot', 'append']).default('snapshot'),
  key: z.array(name).min(1).optional(),
  reject_limit: z
    .strictObject({ count: z.number().int().min(0).optional(), share: z.number().min(0).max(1).optional() })
    .default({ share: 0.01 }),
  unknown_columns: z.enum(['ignore', 'freeze', 'evolve']).default('ignore'),
  columns: z
    .record(name, column)
    .refine((value) => Object.keys(value).length > 0, 'name at least one column'),
  checks: z.record(name, z.string().min(1)).default({}),
}

const head = {
  source: name.optional(),
  missing: z.string().optional(),
  custodian: z.string().optional(),
  licence: z.string().optional(),
}

const sqliteTable = z.strictObject({
  ...shared,
  table: z.string().min(1).optional(),
  cursor: name.optional(),
})

const filesTable = z.strictObject({
  ...shared,
  path: texts.optional(),
  pattern: z.string().min(1).optional(),
  required: z.boolean().default(true),
  format: format.optional(),
})

/** What a file must say before the rest of it can be judged. */
export const kindShape = z.looseObject({ kind: z.enum(['sqlite', 'files']) })

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
    tables: z.record(name, filesTable),
  }),
}

export type SourceFile = z.output<(typeof sourceShapes)['sqlite']> | z.output<(typeof sourceShapes)['files']>
export type Format = z.output<typeof format>
export type SqliteTable = z.output<typeof sqliteTable>
export type FilesTable = z.output<typeof filesTable>
