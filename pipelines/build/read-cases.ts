import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { checkYaml } from '../checked-yaml.ts'
import type { Fault, Place } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { LayeredFile } from '../project.ts'
import type { PlaceOf } from '../schema-faults.ts'

const row = z.record(z.string(), z.json())
const rows = z.array(row)
const isoDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'write YYYY-MM-DD')

const caseShape = z
  .strictObject({
    name: z.string().min(1),
    description: z.string().optional(),
    /** The last day counted. */
    as_of: isoDate,
    /** Over those of the project. */
    params: z.record(z.string(), z.number()).default({}),
    /** Rows of the tables that the model reads; a table that is not named is empty, a column null. */
    given: z.record(z.string(), rows).default({}),
    /** Every row of the model, in any order; of the columns any that matter. */
    expect: rows.optional(),
    expect_cte: z.strictObject({ name: z.string().min(1), rows }).optional(),
  })
  .refine((one) => (one.expect === undefined) !== (one.expect_cte === undefined), 'give expect or expect_cte')

const casesShape = z.array(caseShape)

export type CaseRow = z.output<typeof row>

/** A case of a model's unit tests, and where it stands. */
export interface Case extends z.output<typeof caseShape> {
  /** `schema.table` */
  model: string
  place: Place
  /** The place of something within the case. */
  placeOf(path: readonly PropertyKey[], part?: 'key' | 'value'): Place
}

const ending = '.test.yaml'

/** Reads the unit tests of models: `sql/core/orders.test.yaml` tests core.orders. Faults are collected. */
export async function readCases(
  files: readonly LayeredFile[],
  models: ReadonlySet<string>,
  faults: Fault[],
): Promise<Case[]> {
  const own = files.filter(({ key }) => key.endsWith(ending))
  const texts = await Promise.all(own.map(({ path }) => readFile(path, 'utf8')))
  return own.flatMap(({ key, shown: file }, i) => {
    const model = key.slice(0, -ending.length).replace('/', '.')
    if (!models.has(model)) {
      const how = didYouMean(model, models) ?? 'It stands beside the model, under its name.'
      faults.push({ what: `${key} tests no model: ${model} is unknown`, where: { file }, how })
      return []
    }
    return casesOf(model, file, texts[i] as string, faults)
  })
}

function casesOf(model: string, file: string, text: string, faults: Fault[]): Case[] {
  const {
    value = [],
    faults: found,
    placeOf,
  } = checkYaml(casesShape, { file, text, start: 0, end: text.length })
  faults.push(...found)
  const names = value.map(({ name }) => name)
  return value.map((one, i) => {
    const within: PlaceOf = (path, part) => placeOf([i, ...path], part)
    if (names.indexOf(one.name) < i)
      faults.push({ what: `two cases are called ${one.name}`, where: within(['name']), how: 'Rename one.' })
    return { ...one, model, place: within(['name'], 'key'), placeOf: within }
  })
}
