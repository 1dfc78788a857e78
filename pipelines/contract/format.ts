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

const types = ['csv', 'fixed', 'json', 'ndjson', 'parquet', 'arrow', 'xlsx'] as const

/** The formats that have a key of their own; the other keys belong to all. */
const owners: Record<string, readonly (typeof types)[number][]> = {
  delimiter: ['csv'],
  quote: ['csv'],
  encoding: ['csv', 'fixed', 'json', 'ndjson'],
  sheet: ['xlsx'],
  header: ['csv', 'xlsx'],
  within: ['csv', 'xlsx'],
  skip: ['csv', 'xlsx', 'fixed'],
  records: ['json'],
  unit: ['fixed'],
  pad: ['fixed'],
}

/** How a file is written. Keys without a default here stay away from the hash of how a file is read. */
export const format = z
  .strictObject({
    type: z.enum(types),
    delimiter: z.string().min(1).max(4).optional(),
    /** Empty: nothing is quoted. */
    quote: z
      .string()
      .regex(/^[!-~]?$/, 'use one ASCII character, or none')
      .optional(),
    /** auto: found out for every file, from all of its bytes, and said. */
    encoding: z.enum(['auto', ...(Object.keys(encodings) as Encoding[])] as [Encoding | 'auto']).optional(),
    /** The sheet by name; the first without it. */
    sheet: z.string().optional(),
    /** find: the first record (row) that holds the contract's names is the header. */
    header: z.union([z.boolean(), z.literal('find')], { error: 'write true, false or find' }).optional(),
    /** Records (rows) among which the header is looked for. */
    within: z.number().int().min(1).max(1000).optional(),
    /** Lines (rows of a sheet) before the header. */
    skip: z.number().int().min(0).optional(),
    /** The way to the array of records in a JSON document, as `data.items`. */
    records: z.string().min(1).optional(),
    /** What `start` and `width` of fixed-width columns count. */
    unit: z.enum(['characters', 'bytes']).optional(),
    /** Lines of a fixed-width file may have lost the blanks at their end. */
    pad: z.boolean().optional(),
    /** The members of a zip that are meant, by name or pattern; without it there must be one only. */
    member: z.string().min(1).optional(),
    /** How many times its own length a packed file may unpack to; without it 1 GB, or beyond that 250 times. */
    unpacks: z.number().positive().optional(),
    /** Texts that mean "nothing", beside the empty field. */
    nulls: z.array(z.string()).default([]),
  })
  .superRefine((value, issues) => {
    const refuse = (path: string, message: string) =>
      issues.addIssue({ code: 'custom', path: [path], message })
    for (const [key, types] of Object.entries(owners)) {
      if (value[key as keyof typeof value] !== undefined && !types.includes(value.type))
        refuse(key, `a ${value.type} file has none`)
    }
    if (value.within !== undefined && value.header !== 'find')
      refuse('within', "goes with 'header: find' only")
    if (value.unit === 'bytes' && value.encoding?.startsWith('utf-16'))
      refuse('unit', 'a UTF-16 file is counted in characters')
  })
  .transform(
    ({ delimiter = ',', quote = '"', encoding = 'utf-8', header = true, skip = 0, nulls, ...rest }) => ({
      delimiter,
      quote,
      encoding,
      ...rest,
      header,
      skip,
      nulls,
    }),
  )

export type Format = z.output<typeof format>
