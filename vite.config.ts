import { defineConfig } from 'vitest/config';

// Where to write the results as JSON, for whoever counts them afterwards; .ci/run does.
const resultsFile = process.env.TEST_RESULTS;

export default defineConfig(({ mode }) => ({
  // The page is built from web/; the tests see the whole project.
  root: mode === 'test' ? '.' : 'web',
  // Relative addresses, so that the page works below any path of a static host.
  base: './',
  build: { outDir: '../dist/web', emptyOutDir: true },
  worker: { format: 'es' as const },
  test: {
    reporters: [
      'default',
      './test/support/skip-reporter.ts',
      ...(resultsFile === undefined ? [] : ['json']),
    ],
    ...(resultsFile === undefined ? {} : { outputFile: { json: resultsFile } }),
    maxWorkers: '100%',
    // Modules hold no state, so the files of one worker can share them, which saves a third of the time.
    isolate: false,
    coverage: { include: ['sim/**/*.ts', 'web/**/*.ts'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/theory/**', 'test/scenarios/**', 'test/browser/**', 'test/package.test.ts'],
          globalSetup: './test/support/cli-setup.ts',
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          // What needs many runs: agreement with theory, and the shipped scenarios over their seeds.
          name: 'theory',
          include: ['test/theory/**/*.test.ts', 'test/scenarios/**/*.test.ts'],
          testTimeout: 180_000,
        },
      },
      {
        extends: true,
        // What is built: the page in a browser, and the package. Runs in Node and drives a browser from there.
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts', 'test/package.test.ts'],
          globalSetup: './test/support/built-setup.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Frame times are measured here, so these run after all others, one file at a time.
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          isolate: true,
        },
      },
    ],
  },
}));
