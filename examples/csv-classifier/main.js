import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { loadGalu, saveGalu, searchGalu } from '@unbraid/galu';
import {
  fitPreprocessor,
  preprocessorFromJson,
  readDataTable,
  selectRows,
  selectTarget,
  splitRows,
  targetOf,
} from '@unbraid/table';

const [file = 'leaves.csv', column = 'kind'] = process.argv.slice(2);
if (!existsSync(file)) {
  console.error(`There is no file ${file}; give a table, and the column that names each row's class.`);
  process.exit(1);
}

const whole = await readDataTable(file);
const target = targetOf(whole, column, { task: 'classification' });
const table = selectRows(whole, target.rows); // rows without a class can't be learned from
console.log(`${file}: ${table.rows} rows, ${target.dropped} without a class, classes ${target.classes.join(', ')}`);

const { train, test } = splitRows(table, { kind: 'stratified', labels: target.labels, test: { fraction: 0.25 } });
const classesOf = (rows) => Array.from(rows, (row) => target.classes[target.labels[row]]);

// What columns become is learned from the training rows, as is all else.
const { preprocessor, x, notices } = fitPreprocessor(selectRows(table, train), { target: selectTarget(target, train) });
for (const notice of notices) console.log(notice);

// How many neurons, and how much ridge, by cross-validation.
const settings = { loss: 'softmax', linear: true, separate: true, gates: { kind: 'sparse' }, seed: 1 };
const grid = { neurons: [0, 32], ridges: [0.1, 1, 10], refit: true };
const { best, model } = await searchGalu(x, classesOf(train), { ...settings, ...grid });
const accuracy = await model.score(preprocessor.transform(selectRows(table, test)), classesOf(test));
console.log(
  `${best.neurons} neurons, ridge ${best.ridge}; right on ${(100 * accuracy).toFixed(1)}% of ${test.length} rows not seen`,
);

await saveGalu(model, 'model.safetensors');
await writeFile('model.json', JSON.stringify(preprocessor));

// What another program does.
const known = preprocessorFromJson(JSON.parse(await readFile('model.json', 'utf8')));
const loaded = await loadGalu('model.safetensors');
const [answer] = await loaded.classify(known.transform(selectRows(whole, [0])));
console.log(`the first row is ${answer}`);
