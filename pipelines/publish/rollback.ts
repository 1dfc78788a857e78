import { ClienteleError, usageError } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { Project } from '../project.ts'
import { show, sweep, type Version, versions } from './versions.ts'

/**
 * Publishes a version that is kept: the one named, or the one before the current. Returns its name.
 * Only under the project's lock.
 */
export async function rollback(project: Project, { to }: { to?: string | undefined } = {}): Promise<string> {
  await sweep(project)
  const target = choose(await versions(project), to)
  await show(target.path, project.paths.warehouse)
  return target.name
}

function choose(all: readonly Version[], to: string | undefined): Version {
  const current = all.findIndex((version) => version.current)
  if (to === undefined) {
    const before = all[current - 1]
    if (before) return before
    throw new ClienteleError({ what: 'there is no version before the published one', ...kept(all) })
  }
  const named = all.filter(({ name, number, runId }) => [name, String(number), runId].includes(to))
  // The same inputs give the same run id: the latest of them is meant.
  const target = named.at(-1)
  if (target) return target
  const near = didYouMean(
    to,
    all.map(({ name }) => name),
  )
  throw usageError({ what: `no version is called ${to}`, ...(near ? { how: near } : kept(all)) })
}

const kept = (all: readonly Version[]): { how: string } => ({
  how:
    all.length === 0
      ? 'Nothing is published yet: run clientele nightly.'
      : `Kept: ${all.map(({ name, current }) => (current ? `${name} (published)` : name)).join(', ')}.`,
})
