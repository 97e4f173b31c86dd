import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const built = (path: string) => JSON.stringify(new URL(`../../${path}.js`, import.meta.url).href);

/** Trains for 21,000 steps and prints, for two stretches of 10,000, the bytes that are left of them, and what one step took of the young heap. */
const program = `
  const { nodeRuntime } = await import(${built('graph/dist/backends/node')});
  const { activation, dense, fit, sequential, softmaxCrossEntropy } = await import(${built('nn/dist/index')});
  const { getHeapStatistics } = await import('node:v8');
  const rows = 3200;
  const x = { data: new Float32Array(20 * rows).map((_, i) => ((i * 7919) % 1000) / 1000), rows, cols: 20 };
  const bytes = () => {
    const { used_heap_size, external_memory } = getHeapStatistics();
    return used_heap_size + external_memory;
  };
  const kept = [];
  let before = 0;
  let young = 0;
  await fit({
    model: sequential([dense(20, 64), activation('relu'), dense(64, 2)]),
    loss: softmaxCrossEntropy,
    data: { x, y: Int32Array.from({ length: rows }, (_, i) => i % 2) },
    batchSize: 32,
    steps: 21_000,
    keepBest: false,
    runtime: nodeRuntime({ threads: 1, binding: process.argv[1] }),
    onStep({ step }) {
      if (step % 10_000 === 1000) {
        // The second ends what the first left to other threads.
        gc();
        gc();
        kept.push(bytes());
      }
      // Steps 11,205 to 11,295 are of one epoch.
      if (step === 11_205) before = getHeapStatistics().used_heap_size;
      if (step === 11_295) young = (getHeapStatistics().used_heap_size - before) / 90;
    },
  });
  console.log(JSON.stringify({ kept: kept.slice(1).map((size, i) => size - kept[i]), young }));
`;

const run = (binding: string) => {
  const flags = ['--expose-gc', '--max-semi-space-size=64', '--input-type=module'];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', program, binding], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as { kept: readonly [number, number]; young: number };
};

test('ten thousand steps leave nothing behind, and a step takes hardly anything', () => {
  const { kept, young } = run('capi');
  // What is left is the history: a record for each of 100 epochs.
  expect(kept[1]).toBeLessThan(65_536);
  // Arguments of calls; the smallest array of a step, a batch of 32 × 20, would be 2,560 bytes.
  expect(young).toBeLessThan(2400);
});

test('nor does the other binding leave anything behind', () => {
  expect(run('node').kept[1]).toBeLessThan(262_144);
});
