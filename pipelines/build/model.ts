import type { Table, Vector } from 'apache-arrow'
import type { z } from 'zod'
import type { modelHead } from './head.ts'

type HeadInput = z.input<typeof modelHead>

/** What a TypeScript model is handed. Inputs hold columns as `Db.arrow` reads them. */
export interface ModelGiven<Input extends string> {
  inputs: Record<Input, Table>
  params: Record<string, number>
  /** YYYY-MM-DD */
  asOf: string
}

/** Columns of one length; the names are those declared under `columns`. */
export type ModelColumns = Table | Record<string, Vector | ArrayLike<unknown>>

export interface ModelDefinition<Input extends string = string>
  extends Omit<HeadInput, 'columns' | 'kind' | 'incremental'> {
  /** Every column with its DuckDB type: what `run` gives is cast to it. */
  columns: Record<string, NonNullable<NonNullable<HeadInput['columns']>[string]> & { type: string }>
  /** One SELECT an input; dependencies are read from them. */
  inputs: Record<Input, string>
  /** A pure function: same inputs, same columns. It reads no clock, no file and no database. */
  run(given: ModelGiven<Input>): ModelColumns | Promise<ModelColumns>
}

/**
 * A thin step between sufficient statistics and an estimator; the file's default export.
 * @example
 * export default defineModel({
 *   description: 'Purchase rate of the base',
 *   columns: { rate: { type: 'DOUBLE', description: 'Purchases a day' } },
 *   inputs: { totals: 'select sum(purchases) as n, sum(days) as days from ltv.histories' },
 *   run: ({ inputs }) => ({ rate: [inputs.totals.get(0)?.n / inputs.totals.get(0)?.days] }),
 * })
 */
export const defineModel = <const Input extends string>(
  definition: ModelDefinition<Input>,
): ModelDefinition<Input> => definition
