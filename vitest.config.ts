import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest; key-figures makes the firm that others read, and is through with it when they come. */
const longest = [
  'crash',
  'key-figures',
  'night',
  'catalog/catalogue',
  'sql/degenerate',
  'identity/ids',
  'catalog/engine-agrees',
  'extract/files-crash',
  'load/online-retail',
  'sql/online-retail',
  'docs/models',
  'commands',
]

/** The longest first: no worker is to begin a long file when the others have ended. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
      return place < 0 ? longest.length : place
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/temporary.ts',
    // Tests use real databases and a real browser on two cores.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // One more than cores: while one waits for a child, a browser or a disk, another works.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // The workers share two cores already, and small tables take longer in pieces. What must not depend on it asks for more.
    env: { CLIENTELE_THREADS: '1' },
    // A worker reads the pipelines once for all its files: no test changes them.
    isolate: false,
  },
})
