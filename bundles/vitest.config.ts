import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // Every part of it has work for both cores.
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
