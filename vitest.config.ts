import { defineConfig } from 'vitest/config';

/** Where CI wants the counts of tests, as JSON. */
const jsonReport = process.env.VITEST_JSON_REPORT;

// Tests that make sessions of ONNX Runtime themselves send no telemetry either; their processes inherit this.
process.env.ORT_DISABLE_TELEMETRY ||= '1';

/** Packages whose tests change nothing about their process, so that files may share one: modules are then loaded once a process, and not once a file. */
const sharing =
  'packages/{checks,kernels,graph,nn,data,onnx,table,galu,laperm,gfgn,linearity,dynamic-vae}/{src,test}/**/*.test.ts';

/** Of these, files that change a module or what is loaded once. */
const changing = [
  'packages/checks/src/files/make-folder.test.ts',
  'packages/checks/src/files/write-file-atomic.test.ts',
  'packages/data/src/npy-blocks/npy-blocks.test.ts',
  'packages/graph/src/backends/**/*.test.ts',
  'packages/kernels/src/wasm/instantiate.test.ts',
];

export default defineConfig({
  resolve: { conditions: ['source', 'node', 'module', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node', 'module', 'default'] } },
  // The lab's page is Preact.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    testTimeout: 60_000,
    // A lab looks at its folders every second, and a machine may have other work.
    expect: { poll: { timeout: 20_000 } },
    ...(jsonReport && { reporters: ['default', 'json'], outputFile: { json: jsonReport } }),
    // Native sessions use both cores themselves; more workers than cores only add noise.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'sharing', include: [sharing], exclude: changing, isolate: false } },
      { extends: true, test: { name: 'changing', include: changing } },
      {
        extends: true,
        test: {
          name: 'others',
          include: [
            'packages/*/{src,test}/**/*.test.{ts,tsx}',
            'bench/**/*.test.ts',
            'bundles/src/**/*.test.ts',
            'fuzz/**/*.test.ts',
            'release/**/*.test.ts',
            'docs/{src,test}/**/*.test.ts',
            'examples/*.test.ts',
            'house/**/*.test.ts',
          ],
          exclude: [sharing],
        },
      },
    ],
  },
});
