import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scoreClusters, scorePairs } from '../../bench/linkage/truth.ts'
import { baseDir } from '../../pipelines/project.ts'
import { linkedFile } from './linked.ts'

const data = join(baseDir, '..', 'shared', 'data')
const sets = [
  // What Splink reaches: at the best threshold, and at the one it would choose.
  { file: 'febrl/dataset3.csv', declaration: 'febrl.yaml', best: 0.9954, chosen: 0.9929 },
  { file: 'splink/fake_1000.csv', declaration: 'fake_1000.yaml', best: 0.8617, chosen: 0.8247 },
]

for (const { file, declaration, best, chosen } of sets) {
  const path = join(data, file)
  const name = `${file}: every true pair counted, pairs that blocking misses are missed`
  test.skipIf(!existsSync(path))(
    `${name}${existsSync(path) ? '' : ' (no data)'}`,
    async () => {
      const db = await linkedFile(declaration, path)
      const pairs = await scorePairs(db, 'identity.people')
      const clusters = await scoreClusters(db, 'identity.people')
      const [blocking] = await db.rows<{ missed_share: number }>(
        'select missed_share from identity.people_missed',
      )
      db.close()
      console.info(
        `${file}: blocking brings ${pairs.blocked.toFixed(4)} of the true pairs; F1 of pairs at the best threshold ${pairs.bestF1.toFixed(4)}, ` +
          `at even odds ${pairs.evenF1.toFixed(4)}; F1 of clusters at the threshold chosen ${clusters.f1.toFixed(4)}`,
      )
      expect(Math.max(pairs.bestF1, clusters.f1)).toBeGreaterThanOrEqual(best)
      expect(clusters.f1).toBeGreaterThanOrEqual(chosen)
      expect(pairs.evenF1).toBeGreaterThanOrEqual(chosen)
      // What blocking misses is told without labels.
      expect(Math.abs((blocking?.missed_share as number) - (1 - pairs.blocked))).toBeLessThan(0.02)
    },
    120_000,
  )
}
