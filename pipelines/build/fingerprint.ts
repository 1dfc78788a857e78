import { join } from 'node:path'
import { baseDir, type Project } from '../project.ts'
import { type Needs, needsOf } from './closure.ts'
import { digest, digestFiles, filesBelow } from './digest.ts'
import type { Parameters } from './parameters.ts'
import type { References } from './references.ts'
import { mentions } from './run-ts.ts'
import { type Code, type Model, type SqlModel, type SqlTest, selectsOf } from './source.ts'

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

/** Two things with the same fingerprint have the same rows. */
export interface Fingerprints {
  models: Map<string, string>
  /** Fingerprint of a check that is made of these texts and reads these tables. */
  ofCheck(texts: readonly string[], references: readonly References[]): string
}

/** Fingerprints of all models; `order` has every model after those it reads. */
export function fingerprintsOf(code: Code, order: readonly Model[], given: FingerprintInputs): Fingerprints {
  const models = new Map<string, string>()
  const ofTable = (name: string) => models.get(name) ?? given.external.get(name) ?? ''
  const ofNeeds = (needs: Needs) => [
    ...describeNeeds(needs, code, given.parameters),
    ...[...needs.tables].sort().map((name) => `${name}=${ofTable(name)}`),
  ]
  for (const model of order) {
    const needs = needsOf(
      selectsOf(model).map(({ references }) => references),
      code.macros,
    )
    models.set(model.name, digest(given.runner, model.name, ...ownParts(model, given), ...ofNeeds(needs)))
  }
  return {
    models,
    ofCheck: (texts, references) =>
      digest(given.runner, ...texts, ...ofNeeds(needsOf(references, code.macros))),
  }
}

/** What a model's rows depend on besides what it reads: its SQL without the head, or its file and the estimators. */
function ownParts(model: Model, { parameters, fit }: FingerprintInputs): string[] {
  if (model.language === 'sql') return ['sql', model.head.kind, bodyOf(model)]
  const numbers = mentions(model, 'params') ? JSON.stringify(Object.entries(parameters.numbers).sort()) : ''
  return ['ts', model.file.text, fit, numbers, mentions(model, 'asOf') ? parameters.asOf : '']
}

/** A change of the description is no change of the rows. */
const bodyOf = ({ select, bodyStart }: SqlModel): string => select.text.slice(bodyStart).trim()

function describeNeeds({ macros, params, texts, asOf }: Needs, code: Code, parameters: Parameters): string[] {
  return [
    ...[...macros].sort().map((name) => `macro ${code.macros.get(name)?.text}`),
    ...[...params].sort().map((name) => `param ${name}=${parameters.numbers[name]}`),
    ...[...texts].sort().map((name) => `text ${name}=${parameters.texts[name]}`),
    ...(asOf ? [`as_of=${parameters.asOf}`] : []),
  ]
}

/** The fingerprint of a test of `sql/tests/`. */
export const testFingerprint = ({ file, select }: SqlTest, prints: Fingerprints): string =>
  prints.ofCheck([file.text], [select.references])

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

/**
 * Fingerprint of everything people wrote that a night depends on: pipelines and what they depend on, contracts,
 * models, macros, tests, reports, templates and parameters of the project. No clock and no path is in it.
 */
export async function codeFingerprint(project: Project): Promise<string> {
  const { title, timeZone, reportingCurrency, locales, params, name } = project.config
  const layered = await Promise.all(
    (['sql', 'reports', 'templates'] as const).map(async (folder) =>
      (await project.layered(folder)).flatMap(({ key, path, replaces }) => [
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
