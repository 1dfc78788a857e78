import type { Table } from 'apache-arrow'
import type { ModelGiven } from './model.ts'

/** The parameters and the day that a model may read; absent when its file does not name them. */
export interface Named {
  numbers?: Readonly<Record<string, number>> | undefined
  asOf?: string | undefined
}

/** What a model does not name in its own file it does not get: its fingerprint is taken over what it names. */
export function handed(inputs: Record<string, Table>, { numbers, asOf }: Named): ModelGiven<string> {
  const named = <T>(name: string, value: T | undefined): T => {
    if (value !== undefined) return value
    throw new Error(`${name} is read outside the model's file: name it in run({ inputs, ${name} })`)
  }
  return {
    inputs,
    get params() {
      return named('params', numbers && { ...numbers })
    },
    get asOf() {
      return named('asOf', asOf)
    },
  }
}
