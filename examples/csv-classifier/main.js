import { readFile, writeFile } from 'node:fs/promises';
import { applyScaling, createMatrix, fitStandardization, readTable, selectRows, stratifiedSplit } from '@unbraid/data';
import { createGalu, loadGalu, saveGalu } from '@unbraid/galu';
import { createRandom } from '@unbraid/kernels';

const [file = 'leaves.csv', label = 'kind'] = process.argv.slice(2);
const { x, columns, labels, classes, dropped } = await readTable(file, { label, missing: 'drop' });
console.log(
  `${file}: ${x.rows} rows, ${dropped} left out, ${columns.length} numbers each, classes ${classes.join(', ')}`,
);

const { chosen: test, rest: train } = stratifiedSplit(labels, { size: { fraction: 0.25 }, random: createRandom(1) });
const scaling = fitStandardization(selectRows(x, train));
const rows = (which) => applyScaling(scaling, selectRows(x, which));
const labelsOf = (which) => Int32Array.from(which, (row) => labels[row]);

// The ridge that does best on a quarter of the training rows.
const trainLabels = labelsOf(train);
const inner = stratifiedSplit(trainLabels, { size: { fraction: 0.25 }, random: createRandom(2) });
const at = (which) => which.map((i) => train[i]);
const tried = [];
for (const ridge of [0.01, 0.1, 1, 10]) {
  const model = await createGalu({ neurons: 100, ridge, seed: 1 }).fit(rows(at(inner.rest)), labelsOf(at(inner.rest)));
  tried.push({ ridge, accuracy: await model.score(rows(at(inner.chosen)), labelsOf(at(inner.chosen))) });
}
const { ridge } = tried.reduce((best, one) => (one.accuracy > best.accuracy ? one : best));

const model = await createGalu({ neurons: 100, ridge, seed: 1 }).fit(rows(train), trainLabels);
const accuracy = await model.score(rows(test), labelsOf(test));
console.log(`ridge ${ridge}; right on ${(100 * accuracy).toFixed(1)}% of ${test.length} rows not seen`);

await saveGalu(model, 'model.safetensors');
await writeFile('model.json', JSON.stringify({ columns, classes, mean: [...scaling.mean], scale: [...scaling.scale] }));

// What another program does.
const facts = JSON.parse(await readFile('model.json', 'utf8'));
const loaded = await loadGalu('model.safetensors');
const first = createMatrix(1, facts.columns.length, x.data.slice(0, facts.columns.length));
const known = { mean: Float64Array.from(facts.mean), scale: Float64Array.from(facts.scale) };
const [answer] = await loaded.classify(applyScaling(known, first));
console.log(`the first row is ${facts.classes[answer]}`);
