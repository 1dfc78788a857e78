import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { baseDir, type Project } from '../project.ts'
import { type Needs, needsOf } from './closure.ts'
import type { Parameters } from './parameters.ts'
import type { References } from './references.ts'
import { type Code, type Model, type SqlTest, selectsOf } from './source.ts'

/** What a fingerprint is taken over, besides the code itself. */
export interface FingerprintInputs {
  parameters: Parameters
  /** Fingerprints of the tables that load made, by name. */
  external: ReadonlyMap<string, string>
  /** Version of the engine. */
  engine: string
  /** Text of the estimators, which TypeScript models call. */
  fit: string
}

/** Two things with the same fingerprint have the same rows. */
export interface Fingerprints {
  models: Map<string, string>
  /** Fingerprint of a check that is made of these texts and reads these tables. */
  ofCheck(texts: readonly string[], references: readonly References[]): string
}

export const digest = (...parts: readonly string[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('hex').slice(0, 32)
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
    models.set(model.name, digest(given.engine, model.name, ...ownParts(model, given), ...ofNeeds(needs)))
  }
  return {
    models,
    ofCheck: (texts, references) =>
      digest(given.engine, ...texts, ...ofNeeds(needsOf(references, code.macros))),
  }
}

/** What a model's rows depend on besides what it reads: its SQL without the head, or its file and the estimators. */
function ownParts(model: Model, { parameters, fit }: FingerprintInputs): string[] {
  if (model.language === 'sql') return ['sql', model.head.kind, bodyOf(model)]
  const { text } = model.file
  const numbers = /\bparams\b/.test(text) ? JSON.stringify(Object.entries(parameters.numbers).sort()) : ''
  return ['ts', text, fit, numbers, /\basOf\b/.test(text) ? parameters.asOf : '']
}

/** A change of the description is no change of the rows. */
export const bodyOf = ({ select, bodyStart }: { select: { text: string }; bodyStart: number }): string =>
  select.text.slice(bodyStart).trim()

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

/** Names and bytes of every file below a folder, sorted by name; nothing when the folder is not there. */
async function textOf(folder: string, keep: (name: string) => boolean = () => true): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = entries
    .filter((entry) => entry.isFile() && keep(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
  return Promise.all(
    paths
      .sort()
      .map(async (path) => `${relative(folder, path)}\n${(await readFile(path)).toString('latin1')}`),
  )
}

/** Text of the estimators of `pipelines/fit/`. */
export const fitText = async (): Promise<string> =>
  digest(...(await textOf(join(baseDir, 'pipelines', 'fit'))))

/**
 * Fingerprint of everything people wrote that a night depends on: pipelines, contracts, models, macros, tests,
 * reports, templates and parameters of the project. No clock and no path is in it.
 */
export async function codeFingerprint(project: Project): Promise<string> {
  const { prepare: _, browser: __, threads: ___, ...config } = project.config
  const folders = await Promise.all(
    (['sql', 'reports', 'templates'] as const).map((folder) => project.layered(folder)),
  )
  const files = await Promise.all(
    folders
      .flatMap((layered) => layered.flatMap((file) => (file.replaces ? [file, file.replaces] : [file])))
      .map(async ({ key, path }) => `${key}\n${(await readFile(path)).toString('latin1')}`),
  )
  const own = await textOf(join(baseDir, 'pipelines'), (name) => name.endsWith('.ts'))
  const contracts = await textOf(project.paths.sources)
  return digest(JSON.stringify(config), ...own, ...contracts, ...files)
}
