import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Where to write the results as JSON, for whoever counts them afterwards; .ci/run does.
const resultsFile = process.env.TEST_RESULTS;

/** Agreement with theory, shipped scenarios over their seeds, random systems, hostile texts, the command line from outside. */
const THOROUGH = [
  'test/theory/**/*.test.ts',
  'test/scenarios/**/*.test.ts',
  'test/properties/**/*.test.ts',
  'test/mutants/**/*.test.ts',
  'test/determinism/**/*.test.ts',
  'test/golden/**/*.test.ts',
  'test/cli/command-line.test.ts',
  'test/scenario/hostile.test.ts',
  'test/resilience/*-differential.test.ts',
  'test/resilience/conformance.test.ts',
  'test/resilience/backoff.test.ts',
  'test/scenario/mutations.test.ts',
  'test/kernel/samplers.test.ts',
  'test/kernel/digest.test.ts',
];
/** What is built: the page in a browser, and the package. */
const BUILT = ['test/browser/**/*.test.ts', 'test/package.test.ts'];

export default defineConfig(({ mode }) => ({
  // The page is built from web/; the tests see the whole project. Random tests draw fewer cases when they are `quick`.
  root: mode === 'test' || mode === 'quick' ? '.' : 'web',
  // Relative addresses, so that the page works below any path of a static host.
  base: './',
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    rolldownOptions: { input: ['index.html', 'reference.html'].map((name) => fileURLToPath(new URL(`web/${name}`, import.meta.url))) },
  },
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
        // A project does not take it over by itself.
        mode,
        test: {
          name: 'fast',
          // Threads begin sooner than processes, and what they are told costs less.
          pool: 'threads',
          include: ['test/**/*.test.ts'],
          exclude: [...THOROUGH, ...BUILT],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          // What needs many runs or many processes.
          name: 'thorough',
          include: THOROUGH,
          globalSetup: './test/support/cli-setup.ts',
          testTimeout: 180_000,
        },
      },
      {
        extends: true,
        // What is built: the page in a browser, and the package. Runs in Node and drives a browser from there.
        test: {
          name: 'browser',
          include: BUILT,
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
