// Compares gates on the tables of python/gate_tables.py: R² on a test part of a fifth, with the ridge that is best on another fifth, mean and range over seeds 10 to 14.
//
//   node packages/galu/scripts/measure-gates.js FOLDER [neurons]

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTable, selectRows } from '@unbraid/data';
import { createGalu } from '@unbraid/galu';
import { createRandom } from '@unbraid/kernels';

const folder = process.argv[2];
const neurons = Number(process.argv[3] ?? 64);
const KINDS = {
  'no offset': { offset: false },
  gaussian: {},
  differences: { gates: { kind: 'differences' } },
  sparse: { gates: { kind: 'sparse' } },
  'k-means': { gates: { kind: 'k-means' } },
  relu: { gates: { kind: 'relu' } },
};
const RIDGES = [0.03, 0.3, 3, 30, 100];
const SEEDS = [10, 11, 12, 13, 14];

const select = (y, rows) => Float32Array.from(rows, (row) => y[row]);

async function scoreOf({ x, y }, given, seed) {
  const order = createRandom(seed).permutation(x.rows);
  const [a, b] = [Math.floor(0.6 * x.rows), Math.floor(0.8 * x.rows)];
  const parts = [order.slice(0, a), order.slice(a, b), order.slice(b)];
  const [train, choose, test] = parts.map((rows) => ({ x: selectRows(x, rows), y: select(y, rows) }));
  let best = { chosen: -Infinity, score: Number.NaN };
  for (const ridge of RIDGES) {
    const galu = createGalu({ neurons, ridge, scale: true, seed, tolerance: 1e-4, ...given });
    const model = await galu.fit(train.x, train.y, { onWarning: () => {} });
    const chosen = await model.score(choose.x, choose.y);
    if (chosen > best.chosen) best = { chosen, score: await model.score(test.x, test.y) };
  }
  return best.score;
}

for (const file of (await readdir(folder)).filter((name) => name.endsWith('.csv')).sort()) {
  const { x, target } = await readTable(join(folder, file), { target: 'y' });
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  const deviation = Math.sqrt(target.reduce((sum, value) => sum + (value - mean) ** 2, 0) / target.length);
  const table = { x, y: target.map((value) => (value - mean) / deviation) };
  const cells = [];
  for (const [name, given] of Object.entries(KINDS)) {
    const scores = [];
    for (const seed of SEEDS) scores.push(await scoreOf(table, given, seed));
    const average = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const range = [Math.min(...scores), Math.max(...scores)].map((score) => score.toFixed(3));
    cells.push(`${name} ${average.toFixed(3)} (${range.join('–')})`);
  }
  process.stdout.write(`${file.replace('.csv', '')}: ${cells.join(', ')}\n`);
}
