import { writeFileSync } from 'node:fs'
import { extract } from '../../pipelines/extract/extract.ts'
import { silent } from '../../pipelines/log.ts'
import { openProject } from '../../pipelines/project.ts'

// Extracts the project named on the command line; a process of its own, so that it can be killed, and its usage measured.
const project = await openProject(process.argv[2] as string)
await extract({ project, asOf: '2024-03-01', clock: () => new Date(), log: silent, env: process.env })
const { CLIENTELE_USAGE_FILE: usageFile } = process.env
if (usageFile) writeFileSync(usageFile, JSON.stringify(process.resourceUsage()))
