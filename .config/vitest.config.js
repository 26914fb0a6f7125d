import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['src/**/*.test.ts'],
    globalSetup: '.config/vitest.setup.js',
    // Several tests drive the built command from outside, with one thread per simulated task: two
    // cores leave no room for test files side by side.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
