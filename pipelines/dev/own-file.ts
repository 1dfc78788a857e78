import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { Project } from '../project.ts'

/** Where an analyst's own tables live: a file a person, for the owner's eyes only. */
export const ownFile = ({ paths }: Project, user = userInfo().username): string =>
  join(paths.var, 'dev', `${user.replaceAll(/[^\p{L}\p{N}_-]/gu, '-')}.duckdb`)

/** What `diff` compares when it is not told: the copy that is being built, else the analyst's own file. */
export const copyToCompare = (
  project: Project,
  { dev = false, user }: { dev?: boolean; user?: string },
): string => (!dev && existsSync(project.paths.building) ? project.paths.building : ownFile(project, user))
