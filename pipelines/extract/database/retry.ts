import { setTimeout } from 'node:timers/promises'
import type { StageContext } from '../../stage.ts'
import { SourceError } from './source-error.ts'

const longest = 30_000

/**
 * Tries again what may pass by itself, after waits that double from one second to half a minute. Each wait is cut by up to
 * a half at random, so that many who were refused together do not come back together.
 */
export async function withRetries<T>(
  { log, random = Math.random, sleep = setTimeout }: Pick<StageContext, 'log' | 'random' | 'sleep'>,
  retries: number,
  work: () => Promise<T>,
): Promise<T> {
  for (let failed = 0; ; failed++) {
    try {
      return await work()
    } catch (error) {
      if (failed >= retries || !(error instanceof SourceError) || !error.transient) throw error
      const wait = Math.min(longest, 1000 * 2 ** failed) * (1 - random() / 2)
      const what = error.message.split('\n')[0]
      log.line(`${what}; trying again in ${(wait / 1000).toFixed(1)} s (${failed + 1} of ${retries})`)
      await sleep(wait)
    }
  }
}
