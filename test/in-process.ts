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
  const before = process.exitCode
  const { ONLINE_RETAIL_CSV } = process.env
  delete process.env.ONLINE_RETAIL_CSV
  process.exitCode = undefined
  try {
    await main(args)
    ended.code = Number(process.exitCode ?? 0)
  } finally {
    process.exitCode = before
    if (ONLINE_RETAIL_CSV !== undefined) process.env.ONLINE_RETAIL_CSV = ONLINE_RETAIL_CSV
    for (const spy of kept) spy.mockRestore()
  }
  return ended
}
