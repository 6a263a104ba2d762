import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const { REPORT } = process.env

export default defineConfig({
  test: {
    // .ci/run adds up the counts of its reports
    reporters: REPORT ? ['default', ['json', { outputFile: `reports/${REPORT}.json` }]] : ['default'],
    // Half of the tests wait for processes of their own, which leaves a third of the processors idle
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // Files share what they import: to import everything again for each of them took a tenth of the time
    isolate: false,
    // Making RSA keys on a busy machine takes its time; what hangs still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'source', include: ['test/**/*.test.ts'], exclude: ['test/package/**'] } },
      {
        extends: true,
        test: { name: 'package', include: ['test/package/**/*.test.ts'], globalSetup: 'test/package/build.ts' },
      },
    ],
  },
})
