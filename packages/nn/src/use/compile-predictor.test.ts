import { StateError } from '@unbraid/checks';
import { mul } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { webRuntime } from '@unbraid/graph/web';
import { expect, test } from 'vitest';
import { normalMatrix, sectorNet } from '../../test/problems.ts';
import {
  activation,
  batchNorm,
  compilePredictor,
  conv2d,
  dense,
  flatten,
  initialize,
  predict,
  sequential,
  unflatten,
} from '../index.ts';

const model = sectorNet();
const params = initialize(model, 1);

test.each([
  ['node', () => nodeRuntime()],
  ['web', () => webRuntime()],
])('any number of rows has the outputs of predict, on %s', async (_, runtimeOf) => {
  const runtime = runtimeOf();
  const predictor = await compilePredictor(model, params, { runtime, batchSizes: [4, 1, 16] });
  for (const rows of [1, 2, 4, 5, 16, 17, 40, 1]) {
    const x = normalMatrix(rows, 2, rows);
    const [ours, wanted] = [await predictor.predict(x), await predict(model, params, x, { runtime })];
    expect([ours.rows, ours.cols]).toEqual([rows, 3]);
    ours.data.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted.data[i]!, 5);
    });
  }
  await predictor.release();
});

test('calls that overlap wait for one another, and a release for all of them', async () => {
  const predictor = await compilePredictor(model, params, { runtime: webRuntime() });
  const inputs = [3, 1, 9, 1].map((rows) => normalMatrix(rows, 2, rows));
  const pending = inputs.map((x) => predictor.predict(x));
  const released = predictor.release();
  const wanted = await Promise.all(inputs.map((x) => predict(model, params, x)));
  (await Promise.all(pending)).forEach(({ data }, k) => {
    data.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[k]!.data[i]!, 5);
    });
  });
  await released;
  await predictor.release();
  await expect(predictor.predict(inputs[0]!)).rejects.toThrow(StateError);
  await expect(predictor.classify(inputs[0]!)).rejects.toThrow(
    'nn: a predictor was used after its release; compile it again',
  );
});

test('memory is given back by a release', async () => {
  const runtime = nodeRuntime();
  const before = runtime.arena.stats().blocks;
  const predictor = await compilePredictor(model, params, { runtime });
  await predictor.predict(normalMatrix(100, 2));
  expect(runtime.arena.stats().blocks).toBeGreaterThan(before);
  await predictor.release();
  expect(runtime.arena.stats().blocks).toBe(before);
});

test('parameters are those of the call, whatever becomes of their array', async () => {
  const own = Float32Array.of(1, 0, 0, 1, 0, 0);
  const predictor = await compilePredictor(dense(2, 2), own, { classes: ['no', 'yes'] });
  own.fill(9);
  expect((await predictor.predict([[1, 2]])).data).toEqual(Float32Array.of(1, 2));
  expect(
    await predictor.classify([
      [1, 2],
      [2, 1],
      [3, 3],
    ]),
  ).toEqual(['yes', 'no', 'no']);
  await predictor.release();
});

test('one output is two classes by its sign, and classes without names are labels', async () => {
  const predictor = await compilePredictor(dense(1, 1), Float32Array.of(1, 0));
  expect(await predictor.classify([[-1], [1]])).toEqual(Int32Array.of(0, 1));
  await predictor.release();
});

test('one bad call leaves the others alone', async () => {
  const predictor = await compilePredictor(dense(1, 1), Float32Array.of(3e38, 0));
  await expect(predictor.predict([[0.5], [2]])).rejects.toThrow(
    'nn: the output has 1 infinite value, the first at row 1, column 0',
  );
  await expect(predictor.predict([[1, 2]])).rejects.toThrow('nn: x has 2 columns, the predictor takes 1');
  await expect(predictor.predict([[Number.NaN]])).rejects.toThrow('nn: x has 1 NaN value');
  expect((await predictor.predict([[0]])).data).toEqual(Float32Array.of(0));
  await predictor.release();
});

test('the width of inputs is what the first layers say, or is given', async () => {
  const image = sequential([unflatten([1, 2, 2]), conv2d({ channels: 1, filters: 1, kernel: 2 }), flatten()]);
  const normal = sequential([activation('tanh'), batchNorm({ features: 3 })]);
  for (const [known, columns] of [
    [image, 4],
    [normal, 3],
  ] as const) {
    const predictor = await compilePredictor(known, initialize(known, 0));
    expect((await predictor.predict(normalMatrix(2, columns))).rows).toBe(2);
    await predictor.release();
  }
  const own = { ...dense(2, 1), apply: dense(2, 1).apply };
  const wrapped: typeof own = { ...own, apply: (p, x) => mul(own.apply(p, x), 2) };
  await expect(compilePredictor(wrapped, new Float32Array(3))).rejects.toThrow(
    "nn: compilePredictor: the model's first layer takes rows of any shape; give theirs, such as columns: 784",
  );
  const predictor = await compilePredictor(wrapped, Float32Array.of(1, 1, 1), { columns: 2 });
  expect((await predictor.predict([[1, 1]])).data).toEqual(Float32Array.of(6));
  await predictor.release();
});

test.each<[object, string]>([
  [{ batchSizes: [0] }, "nn: compilePredictor's batchSizes[0] is 0; an integer of at least 1 is needed"],
  [{ batchSizes: [] }, "nn: compilePredictor's batchSizes is an array of 0; a list of numbers of rows is needed"],
  [
    { classes: ['a'] },
    "nn: compilePredictor's classes has 1 names, the model tells 3 classes apart; give one for each",
  ],
  [{ batchSize: 3 }, 'nn: compilePredictor has no setting "batchSize"; the nearest are batchSizes'],
])('settings that can not be are refused in one line, case %#', async (options, message) => {
  await expect(compilePredictor(model, params, options as never)).rejects.toThrow(message);
});
