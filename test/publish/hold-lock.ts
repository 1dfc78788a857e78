// Takes the lock of a project and keeps it until it is killed.
import { openProject } from '../../pipelines/project.ts'
import { acquireLock } from '../../pipelines/publish/lock.ts'

const project = await openProject(process.argv[2] as string)
await acquireLock(project, { command: 'extract', asOf: '2024-01-01', startedAt: '2024-01-02T00:00:00.000Z' })
process.stdout.write('held\n')
setInterval(() => {}, 1000)
