import { createMatrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { createGalu, decodeGalu, encodeGalu } from '../src/index.ts';

const runtime = nodeRuntime({ threads: 1 });
const random = createRandom(5);
const rows = Array.from({ length: 60 }, () => [...random.normal(new Float64Array(3))]);
const flat = Float32Array.from(rows.flat());
const settings = { neurons: 30, ridge: 0.1, runtime };
const numbers = Int32Array.from(rows, ([a, b]) => (a! > 0.4 ? 2 : b! > 0 ? 1 : 0));

test('rows of numbers, other arrays and matrices are the same inputs', async () => {
  const model = await createGalu(settings).fit(createMatrix(60, 3, flat), numbers);
  for (const x of [rows, { data: rows.flat(), cols: 3 }, { data: Float64Array.from(flat), rows: 60, cols: 3 }]) {
    expect((await createGalu(settings).fit(x, numbers)).network.weights).toEqual(model.network.weights);
    expect((await model.predict(x)).data).toEqual((await model.predict(createMatrix(60, 3, flat))).data);
  }
});

test('labels come back as they were given, also from a saved network', async () => {
  const names = ['low', 'middle', 'high'];
  const text = Array.from(numbers, (label) => names[label]!);
  const model = await createGalu(settings).fit(rows, text);
  expect(model.network.task).toEqual({ kind: 'classification', classes: 3, names: ['high', 'low', 'middle'] });
  const classes = await model.classify(rows);
  const right = classes.filter((label, i) => label === text[i]).length / 60;
  expect(right).toBeGreaterThan(0.9);
  expect(await model.score(rows, text)).toBe(right);
  const loaded = decodeGalu(encodeGalu(model), { runtime });
  expect(await loaded.classify(rows)).toEqual(classes);
  await expect(model.score(rows, text.with(3, 'hgih'))).rejects.toThrow(
    'galu: Y has "hgih" at row 3 (counted from 0), which is no class; the nearest are "high"',
  );
});

test('names are no classes of a network that was trained on numbers', async () => {
  const model = await createGalu(settings).fit(rows, numbers);
  const text = Array.from(numbers, (label) => ['low', 'middle', 'high'][label]!);
  await expect(model.score(rows, text)).rejects.toThrow(
    /galu: Y has "\w+" at row 0 \(counted from 0\), and the classes have no names; give their numbers, from 0/,
  );
});

test('names may be given in their order, and booleans come back as booleans', async () => {
  const ordered = { ...settings, classes: ['low', 'middle', 'high'] };
  const model = await createGalu(ordered).fit(rows, numbers);
  expect((await model.classify(rows)).every((label) => (ordered.classes as unknown[]).includes(label))).toBe(true);
  const yes = await createGalu(settings).fit(
    rows,
    rows.map(([a]) => a! > 0),
  );
  expect((await yes.classify(rows)).filter((answer, i) => answer === rows[i]![0]! > 0).length).toBeGreaterThan(55);
});

test('a fit tells of inputs that are not scaled and of a rare class, each once', async () => {
  const heard: string[] = [];
  const wide = rows.map(([a, b, c]) => [a! * 1000, b!, c!]);
  const rare = Int32Array.from(rows, (_, i) => Number(i === 7));
  const { report } = await createGalu(settings).fit(wide, rare, { onWarning: (line) => heard.push(line) });
  expect(heard).toEqual([
    expect.stringMatching(/^galu: X isn't scaled: column 0 reaches .* scale its columns/),
    expect.stringMatching(/^galu: Y has 1 of 60 rows of class 1, which is rare among 2 classes/),
  ]);
  expect(report.warnings).toEqual(heard);
  expect(report.converged).toBe(true);
});

test('calls of one model at the same time have the results of calls one after another', async () => {
  const model = await createGalu(settings).fit(rows, numbers);
  const one = await Promise.all(rows.map(async (row) => (await model.predict([row])).data));
  const many = await Promise.all(rows.map((row) => model.predict([row])));
  expect(many.map(({ data }) => data)).toEqual(one);
  expect(one.map((data) => data.indexOf(Math.max(...data)))).toEqual([...((await model.classify(rows)) as Int32Array)]);
});
