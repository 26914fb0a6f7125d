import { defineConfig } from 'vitest/config';

/** Tests that drive threads, or signals and clocks: two cores leave no room for others beside them. */
const ALONE = ['src/{cli,engine,bench}/**/*.test.ts', 'src/report/save-interrupted.test.ts'];

/** Those that drive simulations, or count and do not measure: they take as long as they take. */
const SIMULATED =
  'src/cli/{compare,compare-refused,compare-stress-ng,distinct-files,formats,gate-exact,gate-refusals,host-real,verify}.test.ts';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    globalSetup: '.config/vitest.setup.js',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['src/!(cli|engine|bench)/**/*.test.ts', 'src/*.test.ts', SIMULATED],
          exclude: ['src/report/save-interrupted.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          exclude: [SIMULATED],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
