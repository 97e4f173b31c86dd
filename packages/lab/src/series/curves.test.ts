import { expect, it } from 'vitest';
import { createColumns } from './columns.ts';
import { curvesOf, MOST_CURVES } from './curves.ts';
import { axesOf, type Declared, describeMetrics } from './describe-metrics.ts';

function columnsOf(records: readonly (Record<string, unknown> | undefined)[]) {
  const columns = createColumns();
  for (const record of records) columns.add(record);
  return columns;
}

function curves(
  records: readonly (Record<string, unknown> | undefined)[],
  metric: string,
  { declared = {}, x, seconds = [] }: { declared?: Declared; x?: string; seconds?: readonly number[] } = {},
) {
  const columns = columnsOf(records);
  const column = columns.get(metric)!;
  const axes = axesOf(columns, column, declared);
  const found = curvesOf(columns, Float64Array.from(seconds), column, x === undefined ? axes : { ...axes, x });
  return {
    x: x ?? axes.x,
    leftOut: found.leftOut,
    curves: found.curves.map(({ key, x: at, y }) => ({ key, x: [...at], y: [...y] })),
  };
}

it('draws along a step, one curve for each text and seed', () => {
  const records = [
    { network: 'GaLU', seed: 0, epoch: 1, loss: 3 },
    { network: 'ReLU', seed: 0, epoch: 1, loss: 4 },
    { network: 'GaLU', seed: 1, epoch: 1, loss: 5 },
    { network: 'GaLU', seed: 0, epoch: 2, loss: 'NaN' },
    { network: 'GaLU', seed: 1, epoch: 2, loss: '-Infinity' },
  ];
  expect(curves(records, 'loss')).toEqual({
    x: 'epoch',
    leftOut: 0,
    curves: [
      { key: { network: 'GaLU', seed: 0 }, x: [1, 2], y: [3, Number.NaN] },
      { key: { network: 'ReLU', seed: 0 }, x: [1], y: [4] },
      { key: { network: 'GaLU', seed: 1 }, x: [1, 2], y: [5, -Infinity] },
    ],
  });
});

it('guesses what nobody declared as exports do', () => {
  const columns = columnsOf([
    { network: 1, note: 'same', step: 0, error: 3, rate: 0.5 },
    { network: 2, note: 'same', step: 0, error: 4, rate: 0.5 },
    { network: 2, note: 'same', step: 1, error: 2, rate: 0.25 },
  ]);
  const found = describeMetrics(columns).map(({ name, x, by }) => [name, x, by]);
  expect(found).toEqual([
    ['error', 'step', ['network']],
    ['rate', 'step', ['network']],
  ]);
});

it('takes what an experiment declares, and of that only columns that are there', () => {
  const records = [
    { width: 8, step: 1, kind: 'a', error: 1 },
    { width: 16, step: 1, kind: 'b', error: 2 },
  ];
  const declared = { error: { description: 'of the net', unit: '%', x: 'width', by: ['missing'] } };
  expect(curves(records, 'error', { declared })).toEqual({
    x: 'width',
    leftOut: 0,
    curves: [{ key: {}, x: [8, 16], y: [1, 2] }],
  });
  expect(describeMetrics(columnsOf(records), declared)).toEqual([
    { name: 'error', description: 'of the net', unit: '%', x: 'width', by: [], count: 2, last: 2 },
  ]);
});

it('draws along lines and seconds, which count lines that say nothing of the column or of anything', () => {
  const records = [{ loss: 1 }, undefined, { other: true }, { loss: 2 }];
  expect(curves(records, 'loss')).toMatchObject({ x: 'line', curves: [{ x: [0, 3], y: [1, 2] }] });
  const options = { x: 'seconds', seconds: [0.5, 1, 1.5, 2.5] };
  expect(curves(records, 'loss', options).curves).toEqual([{ key: {}, x: [0.5, 2.5], y: [1, 2] }]);
  // The time of a line may not be known yet.
  expect(curves(records, 'loss', { ...options, seconds: [0.5] }).curves).toEqual([{ key: {}, x: [0.5], y: [1] }]);
  expect(curves(records, 'loss', { x: 'nothing' }).curves).toEqual([]);
});

it('puts points in the order of x, those of the same x as they came', () => {
  const records = [2, 0, 1, 0].map((step, i) => ({ step, loss: i }));
  expect(curves(records, 'loss').curves).toEqual([{ key: {}, x: [0, 0, 1, 2], y: [1, 3, 2, 0] }]);
});

it('counts curves beyond the first as left out', () => {
  const records = Array.from({ length: 2 * (MOST_CURVES + 3) }, (_, i) => ({ trial: i % (MOST_CURVES + 3), loss: i }));
  const found = curves(records, 'loss');
  expect([found.curves.length, found.leftOut]).toEqual([MOST_CURVES, 3]);
  expect(found.curves[0]).toEqual({ key: { trial: 0 }, x: [0, MOST_CURVES + 3], y: [0, MOST_CURVES + 3] });
});

it('keeps texts, truth values, nested values and names of any kind apart from numbers', () => {
  const records = [
    JSON.parse('{"__proto__": 1, "constructor": 2, "mixed": 1, "flag": true, "deep": {"a": [1]}}'),
    { mixed: 'text', flag: false, deep: null },
    { mixed: 3 },
  ];
  const columns = columnsOf(records);
  expect(columns.all().map(({ name, count }) => [name, count])).toEqual([
    ['__proto__', 1],
    ['constructor', 1],
    ['mixed', 2],
    ['flag', 0],
    ['deep', 0],
  ]);
  expect(curves(records, 'mixed').curves).toEqual([
    { key: { flag: true }, x: [0], y: [1] },
    { key: {}, x: [2], y: [3] },
  ]);
  expect(curves(records, 'constructor', { declared: {} }).curves).toEqual([{ key: {}, x: [0], y: [2] }]);
  expect(describeMetrics(columns).map(({ name, last }) => [name, last])).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
    ['mixed', 3],
  ]);
});

it('takes texts that are all different for no curves', () => {
  const records = Array.from({ length: 300 }, (_, i) => ({ name: `row ${i}`, loss: i }));
  expect(curves(records, 'loss').curves).toHaveLength(1);
});

it('takes names of methods for texts, and leaves out points whose place is infinite', () => {
  const records = [
    { method: 'constructor', step: 1, loss: 3 },
    { method: 'toString', step: 'Infinity', loss: 2 },
  ];
  expect(columnsOf(records).get('method')).toMatchObject({ count: 0 });
  expect(curves(records, 'loss', { declared: { loss: { description: 'Loss', x: 'step' } } }).curves).toEqual([
    { key: {}, x: [1], y: [3] },
  ]);
});
