import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // .ci/run takes its count from the report
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'reports/tests.json' }]] : ['default'],
    // Half of the tests wait for processes of their own
    maxWorkers: '100%',
    // Making RSA keys on a busy machine takes its time; what hangs still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
