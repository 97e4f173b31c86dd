import { expect, test } from 'vitest';
import { linearTargets, normalMatrix, sectorNet, sectors } from '../../test/problems.ts';
import {
  accuracy,
  dense,
  evaluateModel,
  type FitOptions,
  fit,
  meanAbsoluteError,
  meanSquaredError,
  predict,
  softmaxCrossEntropy,
} from '../index.ts';

const { x, y } = sectors(60);
const rows = Array.from({ length: x.rows }, (_, i) => [...x.data.subarray(2 * i, 2 * i + 2)]);
const options = { model: sectorNet(), loss: softmaxCrossEntropy, metrics: { accuracy }, epochs: 3, batchSize: 16 };

test('every form of the same data trains to the same bits', async () => {
  const { params } = await fit({ ...options, data: { x, y } });
  const forms: FitOptions['data'][] = [
    { x: rows, y: [...y] },
    { x: { data: Float64Array.from(x.data), cols: 2 }, y: Uint8Array.from(y) },
  ];
  for (const data of forms) expect((await fit({ ...options, data })).params).toEqual(params);
  const regression = { model: dense(2, 1), epochs: 2, loss: meanSquaredError };
  const targets = linearTargets(x, 1);
  const { params: wanted } = await fit({ ...regression, data: { x, y: targets } });
  expect((await fit({ ...regression, data: { x: rows, y: [...targets.data] } })).params).toEqual(wanted);
});

test('classes that are given by name come back with the result, and name those of other data', async () => {
  const names = ['left', 'right', 'down'];
  const named = Array.from(y, (label) => names[label]!);
  const { params, classes, history } = await fit({
    ...options,
    data: { x, y: named },
    validation: { x: rows.slice(0, 5), y: named.slice(0, 5) },
  });
  expect(classes).toEqual(['down', 'left', 'right']);
  expect(history).toHaveLength(3);
  const loss = softmaxCrossEntropy;
  const data = { x: rows.slice(0, 2), y: named.slice(0, 2) };
  const scores = await evaluateModel(options.model, params, data, { loss, ...(classes && { classes }) });
  expect(scores.loss).toBeGreaterThan(0);
  // Without the classes of the fit, names would be numbered by those that occur here.
  await expect(evaluateModel(options.model, params, data, { loss })).rejects.toThrow(
    /data\.y has "\w+" at row 0 \(counted from 0\), and the classes have no names/,
  );
  const numbers = { ...options, data: { x, y }, validation: { x: rows.slice(0, 2), y: ['left', 'right'] } };
  await expect(fit(numbers as never)).rejects.toThrow('nn: validation.y has "left" at row 0 (counted from 0), and');
  await expect(fit({ ...options, data: { x, y: named }, validation: { x: [[1, 2]], y: ['dwn'] } })).rejects.toThrow(
    'nn: validation.y has "dwn" at row 0 (counted from 0), which is no class; the nearest are "down"',
  );
});

test('predict takes rows', async () => {
  const model = dense(2, 1);
  const params = Float32Array.of(1, 2, 3);
  expect(
    (
      await predict(model, params, [
        [1, 1],
        [2, 0],
      ])
    ).data,
  ).toEqual(Float32Array.of(6, 5));
});

test('the mean absolute error is one', async () => {
  const model = dense(2, 1);
  const data = {
    x: [
      [0, 0],
      [1, 1],
    ],
    y: [4, 8],
  };
  expect(await evaluateModel(model, Float32Array.of(1, 2, 3), data, { loss: meanAbsoluteError })).toEqual({
    loss: 1.5,
  });
});

test('data from which little can be learnt are told of, once each, and trained on', async () => {
  const told: string[] = [];
  const onWarning = (line: string) => void told.push(line);
  const large = normalMatrix(60, 2);
  for (let i = 0; i < 60; i++) large.data[2 * i]! *= 1e5;
  const rare = new Int32Array(60).map((_, i) => i % 2);
  const { warnings } = await fit({ ...options, data: { x: large, y: rare }, onWarning, epochs: 1 });
  expect(warnings).toEqual(told);
  expect(told).toEqual([
    expect.stringMatching(/^nn: data\.x isn't scaled: column 0 reaches /),
    "nn: data.y has 0 of 60 rows of class 2, which is rare among 3 classes; give fit classWeights: 'balanced', or look at more than accuracy",
  ]);
  expect((await fit({ ...options, data: { x, y }, onWarning, epochs: 1 })).warnings).toEqual([]);
});
