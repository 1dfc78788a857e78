import { vi } from 'vitest'
import { main } from '../pipelines/cli.ts'
import type { Ended } from './shop.ts'

/**
 * Carries out a command line within this process, where the process itself is not what is tested: the same commands,
 * output and exit status as `runCommand`, without the second that a process takes to start.
 */
export async function commandHere(...args: string[]): Promise<Ended> {
  const ended: Ended = { code: 0, stdout: '', stderr: '' }
  const keep = (name: 'stdout' | 'stderr') =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      ended[name] += text
      return true
    })
  const kept = [keep('stdout'), keep('stderr')]
  vi.stubEnv('ONLINE_RETAIL_CSV', undefined)
  const before = process.exitCode
  process.exitCode = undefined
  try {
    await main(args)
    ended.code = Number(process.exitCode ?? 0)
  } finally {
    process.exitCode = before
    vi.unstubAllEnvs()
    for (const spy of kept) spy.mockRestore()
  }
  return ended
}
