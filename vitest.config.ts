import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests use real databases and a real browser on two cores.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
    // A worker reads the pipelines once for all its files: no test changes them.
    isolate: false,
  },
})
