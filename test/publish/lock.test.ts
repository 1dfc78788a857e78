import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { acquireLock } from '../../pipelines/publish/lock.ts'
import { emptyProject } from './publishing.ts'

const holder = { command: 'nightly', asOf: '2024-03-31', startedAt: '2024-04-01T02:00:00.000Z' }

/** Another process that takes the lock, says so, and keeps it. */
async function holdElsewhere(dir: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'hold-lock.ts'), dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

test('the second run is refused and told of the first; when the first has ended it may', async () => {
  const project = await emptyProject()
  const lock = await acquireLock(project, holder)
  expect(statSync(join(project.paths.var, 'lock.sqlite')).mode & 0o777).toBe(0o600)
  const error = await acquireLock(project, { ...holder, command: 'build' }).catch((thrown) => thrown)
  expect(error.exitCode).toBe(1)
  expect(error.message).toContain(
    `the project empty is in use by clientele nightly as of 2024-03-31, started 2024-04-01T02:00:00.000Z, process ${process.pid}`,
  )
  lock.release()
  const next = await acquireLock(project, holder)
  next.release()
})

test('a lock of another process holds, and goes when it is killed', async () => {
  const project = await emptyProject()
  const child = await holdElsewhere(project.dir)
  await expect(acquireLock(project, holder)).rejects.toThrow(`clientele extract as of 2024-01-01`)
  await expect(acquireLock(project, holder)).rejects.toThrow(`process ${child.pid}`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = await acquireLock(project, holder)
  // The dead run's name is not the new one's.
  expect(JSON.parse(readFileSync(join(project.paths.var, 'lock.json'), 'utf8')).pid).toBe(process.pid)
  lock.release()
})

test('projects do not lock one another out', async () => {
  const [first, second] = [await emptyProject(), await emptyProject()]
  const locks = [await acquireLock(first, holder), await acquireLock(second, holder)]
  for (const lock of locks) lock.release()
})
