// Publishes night after night until it is killed; says which nights it has finished.
import { openProject } from '../../pipelines/project.ts'
import { acquireLock } from '../../pipelines/publish/lock.ts'
import { versions } from '../../pipelines/publish/versions.ts'
import { publishNight } from './publishing.ts'

const project = await openProject(process.argv[2] as string)
await acquireLock(project, { command: 'nightly', asOf: '2024-03-31', startedAt: '2024-04-01T02:00:00.000Z' })
const last = (await versions(project)).at(-1)?.number ?? 0
for (let night = last + 1; ; night++) {
  await publishNight(project, night)
  process.stdout.write(`${night}\n`)
}
