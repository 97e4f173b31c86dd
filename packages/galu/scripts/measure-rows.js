// Trains on rows from a file of float32 numbers, 1,000,000 × 50 by default, and says how long it took and how much memory:
//
//   /usr/bin/time -v node packages/galu/scripts/measure-rows.js [neurons] [rows] [squared|logistic] [most iterations]
//
// The file is written to the temporary folder where it isn't there; with 0 iterations that is all.

import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGalu, openRows } from '@unbraid/galu';
import { createRandom } from '@unbraid/kernels';

const [neurons = 64, rows = 1e6] = process.argv.slice(2, 4).map(Number);
const loss = process.argv[4] ?? 'squared';
const maxIterations = Number(process.argv[5] ?? 1000);
const COLS = 50;
const BLOCK = 10_000;
const path = join(tmpdir(), `galu-${rows}x${COLS}.f32`);

/** Gaussian rows, of which the sum of three bends is the target. */
async function write() {
  const random = createRandom(1);
  const out = createWriteStream(path);
  for (let start = 0; start < rows; start += BLOCK) {
    const block = random.normal(new Float32Array(Math.min(BLOCK, rows - start) * COLS));
    if (!out.write(new Uint8Array(block.buffer))) await new Promise((resolve) => out.once('drain', resolve));
  }
  await new Promise((resolve) => out.end(resolve));
}

const size = await stat(path).then(
  (found) => found.size,
  () => 0,
);
if (size !== rows * COLS * 4) await write();
if (maxIterations === 0) process.exit();

const source = await openRows(path, { cols: COLS });
const noise = createRandom(2);
const y = new Float32Array(rows);
for (let start = 0; start < rows; start += BLOCK) {
  const end = Math.min(rows, start + BLOCK);
  const block = await source.read(start, end);
  for (let i = start; i < end; i++) {
    const at = (i - start) * COLS;
    const value = Math.abs(block[at] + block[at + 1]) + Math.abs(block[at + 2]) + block[at + 3] + 0.3 * noise.next();
    y[i] = loss === 'logistic' ? Math.sign(value - 1.9) || 1 : value;
  }
}
const started = performance.now();
const galu = createGalu({ neurons, scale: true, ridge: 1, loss, tolerance: 1e-4, maxIterations });
const model = await galu.fit(source, y, { onWarning: () => {} });
const fitted = performance.now();
const score = await model.score(source, y);
const predicted = performance.now();
await source.close();
const { iterations, gradient, error } = model.report;
const seconds = (from, to) => Number(((to - from) / 1000).toFixed(1));
process.stdout.write(
  `${JSON.stringify({
    rows,
    neurons,
    loss,
    iterations,
    gradient,
    error,
    score,
    fitSeconds: seconds(started, fitted),
    predictSeconds: seconds(fitted, predicted),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  })}\n`,
);
