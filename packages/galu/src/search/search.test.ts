import { createMatrix } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { relativeError } from '../../test/fixture.ts';
import { createGalu } from '../galu.ts';
import { galuPath } from './galu-path.ts';
import { searchGalu } from './search.ts';
import type { SearchSettings } from './settings.ts';

const random = createRandom(8);
const x = createMatrix(120, 3, random.split('x').normal(new Float32Array(360)));
const y = Float32Array.from({ length: 120 }, (_, i) => Math.abs(x.data[3 * i]!) + 0.3 * x.data[3 * i + 1]!);
const labels = Int32Array.from(y, (value) => (value < 0.4 ? 0 : value < 1 ? 1 : 2));
const common = { scale: true, linear: true, seed: 3 } as const;

const rowsOf = (rows: readonly number[]) =>
  createMatrix(rows.length, 3, Float32Array.from(rows.flatMap((i) => [...x.data.subarray(3 * i, 3 * i + 3)])));

test('held-out outputs are those of networks that createGalu makes of the other rows', async () => {
  const all = Array.from({ length: 120 }, (_, i) => i);
  const folds = [0, 1, 2].map((f) => all.filter((i) => i % 3 === f));
  const settings = { neurons: [0, 6], ridges: [0.1, 10], folds, seed: 3, linear: true };
  const { scores, predictions, best } = await searchGalu(x, y, settings);
  expect(scores.map(({ neurons, ridge }) => [neurons, ridge])).toEqual([
    [0, 0.1],
    [0, 10],
    [6, 0.1],
    [6, 10],
  ]);
  const rest = all.filter((i) => i % 3 !== 1);
  const model = await createGalu({ ...best, seed: 3, linear: true }).fit(
    rowsOf(rest),
    y.filter((_, i) => i % 3 !== 1),
  );
  const held = folds[1]!;
  expect(
    relativeError(
      (await model.predict(rowsOf(held))).data,
      held.map((i) => predictions.data[i]!),
    ),
  ).toBeLessThan(1e-5);
});

test('a network is chosen that is better than the linear model, by its loss, and again with the same bits', async () => {
  const settings = { ...common, neurons: [0, 20], ridges: [0.01, 0.1, 1, 10] };
  const told: number[] = [];
  const result = await searchGalu(x, y, { ...settings, onProgress: ({ done }) => void told.push(done) });
  expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(result.best.neurons).toBe(20);
  const least = Math.min(...result.scores.map(({ loss }) => loss));
  expect(result.scores.find(({ neurons, ridge }) => neurons === 20 && ridge === result.best.ridge)!.loss).toBe(least);
  expect((await searchGalu(x, y, settings)).predictions.data).toEqual(result.predictions.data);
});

test('classes are spread over the folds, and simplicity is preferred within one standard error', async () => {
  const settings = { ...common, neurons: [30, 10], ridges: [0.1, 1000], separate: true } as const;
  const { scores, best, predictions } = await searchGalu(x, labels, { ...settings, oneStandardError: true });
  expect(predictions.cols).toBe(3);
  const least = scores.reduce((a, b) => (b.loss < a.loss ? b : a));
  const chosen = scores.find(({ neurons, ridge }) => neurons === best.neurons && ridge === best.ridge)!;
  expect(chosen.loss).toBeLessThanOrEqual(least.loss + least.lossError);
  expect(chosen.neurons).toBeLessThanOrEqual(least.neurons);
});

test('galuPath measures networks on rows of their own', async () => {
  const [train, test] = [Array.from({ length: 90 }, (_, i) => i), Array.from({ length: 30 }, (_, i) => 90 + i)];
  const settings = { ...common, neurons: [5], ridges: [0.3, 3], classes: 3 };
  const paths = await galuPath(
    { x: rowsOf(train), y: labels.slice(0, 90) },
    { x: rowsOf(test), y: labels.slice(90) },
    settings,
  );
  expect(paths).toHaveLength(2);
  const { neurons, ridge } = paths[1]!;
  const model = await createGalu({ ...common, neurons, ridge, classes: 3 }).fit(rowsOf(train), labels.slice(0, 90));
  expect(relativeError(paths[1]!.outputs.data, (await model.predict(rowsOf(test))).data)).toBeLessThan(1e-4);
  expect(paths[1]!.score).toBeCloseTo(await model.score(rowsOf(test), labels.slice(90)), 6);
});

test('what cannot be searched is refused in one line', async () => {
  const search = (settings: object) => searchGalu(x, y, { neurons: [2], ridges: [1], ...settings });
  await expect(search({ neurons: [0] })).rejects.toThrow("galu: searchGalu's neurons is 0; an integer of at least 1");
  await expect(search({ ridges: [0] })).rejects.toThrow("galu: searchGalu's ridges[0] is 0; a finite number above 0");
  await expect(search({ gates: rowsOf([0, 1]), members: 2 })).rejects.toThrow(
    "galu: searchGalu's members is 2, and gates that are given are the same for all",
  );
  await expect(search({ ridges: [] })).rejects.toThrow('at least one ridge');
  await expect(search({ folds: 1 })).rejects.toThrow("searchGalu's folds is 1");
  await expect(search({ folds: 121 })).rejects.toThrow("galu: searchGalu's folds is 121, X has 120 rows");
  await expect(search({ folds: [[0], [0]] })).rejects.toThrow('row 0 is in folds 0 and 1');
  await expect(search({ folds: [[0], [1]] })).rejects.toThrow('row 2 is in none');
  await expect(search({ ridge: [1] })).rejects.toThrow('has no setting "ridge"; the nearest are ridges');
  await expect(search({ availableBytes: 1000 })).rejects.toThrow('raise availableBytes');
  await expect(search({ classWeights: 'balanced' })).rejects.toThrow('classWeights go with class labels');
  await expect(search({ sampleWeights: [1, 2] })).rejects.toThrow('there are 2 sampleWeights, X has 120 rows');
  await expect(search({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

test('gates that are trained on targets never see those that are held out', async () => {
  const noise = random.split('noise').sign(new Float32Array(120));
  const gates = { kind: 'relu', steps: 300 } as const;
  const settings = { neurons: [40], ridges: [0.01], gates, scale: true, folds: 4 };
  const { scores } = await searchGalu(x, noise, settings);
  expect(scores[0]!.mean).toBeLessThan(0);
});

test.each(['logistic', 'softmax'] as const)('the %s loss is searched as well', async (loss) => {
  const settings = { ...common, neurons: [0, 8], ridges: [0.1, 1], separate: true, loss };
  const { scores, predictions } = await searchGalu(x, labels, settings);
  expect(predictions.cols).toBe(3);
  const [linear, network] = [scores[1]!, scores[3]!];
  expect(network.loss).toBeLessThan(linear.loss);
  expect(network.mean).toBeGreaterThan(linear.mean);
});

const compared = { ...common, neurons: [0, 12], ridges: [0.1, 1] } as const;

test.each<[string, Partial<SearchSettings>, Float32Array | Int32Array, number]>([
  ['squares', {}, y, 1e-5],
  ['squares, by the kernel', { neurons: [60] }, y, 1e-5],
  ['squares of classes', { separate: true }, labels, 1e-5],
  ['squares of weighted rows', { sampleWeights: y.map((value) => 1 + value) }, y, 1e-5],
  ['the logistic loss', { loss: 'logistic' }, labels.map((label) => Math.min(label, 1)), 3e-3],
  [
    'the logistic loss without intercept',
    { loss: 'logistic', intercept: false },
    labels.map((label) => Math.min(label, 1)),
    3e-3,
  ],
  ['the softmax loss, classes weighed', { loss: 'softmax', separate: true, classWeights: 'balanced' }, labels, 3e-3],
  ['the mean of members', { members: 2 }, y, 0],
  ['one standard error', { oneStandardError: true }, y, 0],
  ['gates of a ReLU net', { gates: { kind: 'relu', steps: 20 }, neurons: [12] }, y, 0],
])('refit gives the network that createGalu makes of the best combination: %s', async (_, more, targets, error) => {
  const {
    neurons: __,
    ridges: ___,
    folds,
    oneStandardError,
    sampleWeights,
    classWeights,
    ...model
  } = { ...compared, ...more };
  const found = await searchGalu(x, targets, { ...compared, ...more, refit: true });
  const weights = { ...(sampleWeights && { sampleWeights }), ...(classWeights && { classWeights }) };
  const alone = await createGalu({ ...model, ...found.best }).fit(x, targets, weights);
  const [ours, theirs] = [found.model, alone].map(({ network }) => network);
  expect(ours!.gates).toEqual(theirs!.gates);
  expect(ours!.a).toEqual(theirs!.a);
  expect(ours!.task).toEqual(theirs!.task);
  expect(relativeError(ours!.weights.data, theirs!.weights.data)).toBeLessThanOrEqual(error);
  expect(relativeError((await found.model.predict(x)).data, (await alone.predict(x)).data)).toBeLessThanOrEqual(error);
  const [report, other] = [found.model.report, alone.report];
  expect(report.converged).toBe(true);
  expect(Math.abs(report.error - other.error)).toBeLessThanOrEqual(1e-4 * other.error);
  expect(report.gradient).toBeLessThan(1e-3);
});

test('warnings of a model that is refitted are told, and others see no model', async () => {
  const told: string[] = [];
  const far = createMatrix(
    120,
    3,
    x.data.map((value) => 1000 * value),
  );
  const settings = { neurons: [3], ridges: [1], onWarning: (line: string) => void told.push(line) };
  const { model } = await searchGalu(far, y, { ...settings, refit: true });
  expect(told).toEqual(model.report.warnings);
  expect(told[0]).toMatch('galu: X');
  expect(await searchGalu(far, y, settings)).not.toHaveProperty('model');
});
