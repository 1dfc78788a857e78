import { join } from 'node:path'
import { baseDir, type Project } from '../project.ts'
import { type Needs, needsOfModel } from './closure.ts'
import { digest, digestFiles, filesBelow } from './digest.ts'
import { type IncrementalModel, isIncremental } from './incremental.ts'
import type { Parameters } from './parameters.ts'
import { mentions } from './run-ts.ts'
import type { Code, Macro, Model, SqlModel } from './source.ts'

/** What a fingerprint is taken over, besides the code itself. */
export interface FingerprintInputs {
  parameters: Parameters
  /** Fingerprints of the tables that load made, by name. */
  external: ReadonlyMap<string, string>
  /** Fingerprint of what makes tables from models. */
  runner: string
  /** Fingerprint of the estimators, which TypeScript models call. */
  fit: string
}

/** What a fingerprint was taken over, by name: `sql`, `macro money`, `param x`, `as_of`, `input core.orders`. */
export type Parts = Readonly<Record<string, string>>

/** Two things with the same fingerprint have the same rows. */
export interface Fingerprints {
  models: Map<string, string>
  parts: Map<string, Parts>
  /** Fingerprint of a check that is made of these texts and needs these things. */
  ofCheck(texts: readonly string[], needs: Needs): string
}

/**
 * Fingerprints of all models; `order` has every model after those it reads. `left`: models that stay as they stand,
 * with the fingerprint they were made under.
 */
export function fingerprintsOf(
  code: Code,
  order: readonly Model[],
  given: FingerprintInputs,
  left: ReadonlyMap<string, string> = new Map(),
): Fingerprints {
  const models = new Map<string, string>()
  const parts = new Map<string, Parts>()
  const ofTable = (name: string) => models.get(name) ?? given.external.get(name) ?? ''
  const ofNeeds = (needs: Needs): [string, string][] => [
    ...describeNeeds(needs, code, given.parameters),
    ...[...needs.tables].sort().map((name): [string, string] => [`input ${name}`, ofTable(name)]),
  ]
  for (const model of order) {
    const needs = needsOfModel(model, code.macros)
    const own: Parts = Object.fromEntries([
      ['runner', given.runner],
      ...ownParts(model, given),
      ...ofNeeds(needs),
    ])
    parts.set(model.name, own)
    models.set(model.name, left.get(model.name) ?? digest(model.name, ...Object.entries(own).flat()))
  }
  // Most checks need one table and nothing else: the same for all checks of a model.
  const needed = new Map<Needs, string>()
  return {
    models,
    parts,
    ofCheck(texts, needs) {
      const about = needed.get(needs) ?? JSON.stringify(ofNeeds(needs))
      needed.set(needs, about)
      return digest(given.runner, ...texts, about)
    },
  }
}

/** What a model's rows depend on besides what it reads: its SQL without the head, or its file and the estimators. */
function ownParts(model: Model, { parameters, fit }: FingerprintInputs): [string, string][] {
  if (model.language === 'sql')
    return [
      ['kind', model.head.kind],
      ...(isIncremental(model) ? [['incremental', slicing(model)] as [string, string]] : []),
      ['sql', digestOf(model, bodyOf(model))],
    ]
  const numbers = Object.entries(parameters.numbers).sort()
  return [
    ['file', digestOf(model, model.file.text)],
    ['fit', fit],
    ...(mentions(model, 'params')
      ? numbers.map(([name, value]): [string, string] => [`param ${name}`, String(value)])
      : []),
    ...(mentions(model, 'asOf') ? [['as_of', parameters.asOf] as [string, string]] : []),
  ]
}

/** The key makes no difference to rows: it is tested. */
function slicing({ head }: IncrementalModel): string {
  const { key: _, ...rest } = head.incremental
  return JSON.stringify(rest)
}

/** The digest of what somebody wrote, taken once: a process that goes on plans again and again. */
function digestOf(written: Model | Macro, text: string): string {
  const known = digests.get(written) ?? digest(text)
  digests.set(written, known)
  return known
}

const digests = new WeakMap<Model | Macro, string>()

const macroDigest = (macro: Macro | undefined): string => (macro ? digestOf(macro, macro.text) : digest(''))

/** A change of the description is no change of the rows. */
const bodyOf = ({ select, bodyStart }: SqlModel): string => select.text.slice(bodyStart).trim()

function describeNeeds(
  { macros, params, texts, asOf }: Needs,
  code: Code,
  parameters: Parameters,
): [string, string][] {
  return [
    ...[...macros]
      .sort()
      .map((name): [string, string] => [`macro ${name}`, macroDigest(code.macros.get(name))]),
    ...[...params]
      .sort()
      .map((name): [string, string] => [`param ${name}`, String(parameters.numbers[name])]),
    ...[...texts].sort().map((name): [string, string] => [`text ${name}`, String(parameters.texts[name])]),
    ...(asOf ? [['as_of', parameters.asOf] as [string, string]] : []),
  ]
}

const pipelines = join(baseDir, 'pipelines')

/** Fingerprint of the estimators of `pipelines/fit/`. */
export const fitFingerprint = async (): Promise<string> =>
  digestFiles(await filesBelow(join(pipelines, 'fit')))

/** Fingerprint of what makes tables from models: the engine's version and the code of this stage. */
export async function runnerFingerprint(engine: string): Promise<string> {
  const own = await filesBelow(join(pipelines, 'build'))
  return digest(
    engine,
    await digestFiles([...own, { name: 'duckdb.ts', path: join(pipelines, 'duckdb.ts') }]),
  )
}

/** Unit tests of models are not: the night does not read them. */
const isPartOfTheNight = ({ key }: { key: string }): boolean => !key.endsWith('.test.yaml')

/**
 * Fingerprint of everything people wrote that a night depends on: pipelines and what they depend on, contracts,
 * models, macros, tests, reports, templates and parameters of the project. No clock and no path is in it.
 */
export async function codeFingerprint(project: Project): Promise<string> {
  const { title, timeZone, reportingCurrency, locales, params, name } = project.config
  const layered = await Promise.all(
    (['sql', 'reports', 'templates'] as const).map(async (folder) =>
      (await project.layered(folder)).filter(isPartOfTheNight).flatMap(({ key, path, replaces }) => [
        { name: `${folder}/${key}`, path },
        // The head of a file that is replaced still binds.
        ...(replaces ? [{ name: `base ${folder}/${key}`, path: replaces.path }] : []),
      ]),
    ),
  )
  return digest(
    JSON.stringify({ title, timeZone, reportingCurrency, locales, params, name }),
    await digestFiles([
      ...(await filesBelow(pipelines)),
      { name: 'package.json', path: join(baseDir, 'package.json') },
    ]),
    await digestFiles(await filesBelow(project.paths.sources)),
    await digestFiles(layered.flat()),
  )
}
