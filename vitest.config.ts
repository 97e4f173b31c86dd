import { defineConfig } from 'vitest/config';

/** Where CI wants the counts of tests, as JSON. */
const jsonReport = process.env.VITEST_JSON_REPORT;

// Tests that make sessions of ONNX Runtime themselves send no telemetry either; their processes inherit this.
process.env.ORT_DISABLE_TELEMETRY ||= '1';

export default defineConfig({
  resolve: { conditions: ['source', 'node', 'module', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node', 'module', 'default'] } },
  // The lab's page is Preact.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    include: [
      'packages/*/src/**/*.test.{ts,tsx}',
      'packages/*/test/**/*.test.ts',
      'bench/**/*.test.ts',
      'bundles/src/**/*.test.ts',
      'fuzz/**/*.test.ts',
      'release/**/*.test.ts',
      'docs/{src,test}/**/*.test.ts',
      'examples/*.test.ts',
      'house/**/*.test.ts',
    ],
    testTimeout: 60_000,
    ...(jsonReport && { reporters: ['default', 'json'], outputFile: { json: jsonReport } }),
    // Native sessions use both cores themselves; more workers than cores only add noise.
    maxWorkers: 2,
  },
});
