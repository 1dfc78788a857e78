import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests use real databases and a real browser on two cores.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
    // Two workers share two cores already, and small tables take longer in pieces. What must not depend on it asks for more.
    env: { CLIENTELE_THREADS: '1' },
    // A worker reads the pipelines once for all its files: no test changes them.
    isolate: false,
  },
})
