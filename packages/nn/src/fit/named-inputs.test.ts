import { add, cast, constant, gather, matmul, mul, reduceSum, reshape, type Tensor } from '@unbraid/graph';
import { webRuntime } from '@unbraid/graph/web';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { memoryStore } from '../../test/memory-store.ts';
import {
  activation,
  compilePredictor,
  type DataLike,
  decodeModel,
  dense,
  encodeModel,
  evaluateModel,
  exportModel,
  type FitOptions,
  type FitOptionsFor,
  fit,
  gaussian,
  initialize,
  type Model,
  meanSquaredError,
  type ParamSpec,
  param,
  predict,
  sequential,
  showSummary,
  summarize,
} from '../index.ts';

const [ROWS, TOKENS, WORDS, WIDTH] = [60, 5, 7, 4];

type Params = { readonly table: ParamSpec; readonly 'head.weight': ParamSpec };

/** The mean of words' vectors where the mask says so, and a linear function of it: a small encoder of text. */
const model: Model<Params, Readonly<Record<'ids' | 'mask', Tensor>>> = {
  name: 'words',
  inputs: { ids: { shape: [TOKENS], dtype: 'int64' }, mask: { shape: [TOKENS], dtype: 'bool' } },
  params: { table: param([WORDS, WIDTH], gaussian(1)), 'head.weight': param([WIDTH, 1], gaussian(1)) },
  apply({ table, 'head.weight': head }, { ids, mask }) {
    const counted = mul(gather(table, ids), reshape(cast(mask, 'float32'), [...mask.shape, 1]));
    return matmul(mul(reduceSum(counted, { axes: [1] }), 1 / TOKENS), head);
  },
};

const random = createRandom(5);
const ids = Array.from({ length: ROWS * TOKENS }, () => Math.floor(random.next() * WORDS));
const mask = Array.from({ length: ROWS * TOKENS }, () => Math.floor(random.next() * 2));
const target = Float32Array.from({ length: ROWS }, (_, row) => {
  const own = ids.slice(row * TOKENS, (row + 1) * TOKENS);
  return own.reduce((sum, id, at) => sum + mask[row * TOKENS + at]! * (id - 3), 0) / TOKENS;
});

const rowsOf = <T>(entries: readonly T[]): T[][] =>
  Array.from({ length: ROWS }, (_, row) => entries.slice(row * TOKENS, (row + 1) * TOKENS));

const data: DataLike = {
  x: {
    ids: { data: BigInt64Array.from(ids, BigInt), rows: ROWS, cols: TOKENS },
    mask: { data: Uint8Array.from(mask), rows: ROWS, cols: TOKENS },
  },
  y: target,
};

const options = (): FitOptionsFor<typeof model> => ({
  model,
  loss: meanSquaredError,
  data,
  batchSize: 16,
  learningRate: 0.05,
  epochs: 30,
});

/** The same model as a function of one matrix, ids first. */
const flat: Model<Params> = {
  params: model.params,
  apply(params, x) {
    const [rows] = x.shape as [number];
    const both = reshape(x, [rows, 2, TOKENS]);
    const part = (at: number) => gather(both, constant(at, [], 'int32'), 1);
    return model.apply(params, { ids: cast(part(0), 'int64'), mask: cast(part(1), 'bool') });
  },
};

test('a model of named inputs learns, with the bits of the same model of one matrix', async () => {
  const { params, history } = await fit(options());
  expect(history.at(-1)!.training.loss).toBeLessThan(0.01 * history[0]!.training.loss);
  const x = rowsOf(ids).map((row, i) => [...row, ...rowsOf(mask)[i]!]);
  const same = await fit({ ...options(), model: flat, data: { x, y: target } });
  expect(params).toEqual(same.params);
});

test.each([
  ['rows', { ids: rowsOf(ids), mask: rowsOf(mask.map(Boolean)) }],
  ['int32', { ids: { data: Int32Array.from(ids), cols: TOKENS }, mask: { data: mask, cols: TOKENS } }],
])('inputs in other forms give the same numbers: %s', async (_, x) => {
  const expected = await fit({ ...options(), epochs: 2 });
  const { params } = await fit({ ...options(), epochs: 2, data: { x, y: target } });
  expect(params).toEqual(expected.params);
});

test('batches that are copied and batches that are picked give the same numbers', async () => {
  const expected = await fit({ ...options(), epochs: 3 });
  const copied = await fit({ ...options(), epochs: 3, transform: () => undefined });
  expect(copied.params).toEqual(expected.params);
  const { params } = await fit({ ...options(), epochs: 3, runtime: await webRuntime() });
  for (const [i, value] of params.entries()) expect(value).toBeCloseTo(expected.params[i]!, 4);
});

test('a transform gets the inputs by name', async () => {
  const all = await fit({
    ...options(),
    epochs: 3,
    batchSize: Number.POSITIVE_INFINITY,
    transform: ({ inputs }) => inputs.mask!.fill(0 as never),
  });
  const none = await fit({
    ...options(),
    epochs: 3,
    batchSize: ROWS,
    data: { x: { ...(data.x as object), mask: { data: mask.map(() => 0), cols: TOKENS } }, y: target } as DataLike,
  });
  expect(all.params).toEqual(none.params);
  const asked = fit({ ...options(), epochs: 1, transform: ({ x }) => void x });
  await expect(asked).rejects.toThrow("nn: the model's inputs have names: a transform finds them in batch.inputs");
});

test('a fit that is interrupted ends with the bits of an uninterrupted one, and other inputs are told apart', async () => {
  const whole = await fit({ ...options(), epochs: 3, validation: data });
  const checkpoint = memoryStore();
  const controller = new AbortController();
  const onStep: FitOptions['onStep'] = ({ step }) => step === 5 && controller.abort(new Error('stop'));
  const interrupted = { ...options(), epochs: 3, validation: data, checkpoint };
  await expect(fit({ ...interrupted, signal: controller.signal, onStep })).rejects.toThrow('stop');
  const other = { ...model, inputs: { ...model.inputs, mask: { shape: [TOKENS], dtype: 'int32' } } } as typeof model;
  await expect(fit({ ...interrupted, model: other })).rejects.toThrow('its inputs is');
  expect((await fit(interrupted)).params).toEqual(whole.params);
});

test('it predicts, is evaluated, compiled, summarized, saved and exported', async () => {
  const params = initialize(model, 3);
  const { data: outputs } = await predict(model, params, data.x, { batchSize: 16 });
  const { loss } = await evaluateModel(model, params, data, { loss: meanSquaredError, batchSize: 16 });
  const squares = outputs.reduce((sum, value, i) => sum + (value - target[i]!) ** 2, 0);
  expect(loss).toBeCloseTo(squares / ROWS, 4);
  const predictor = await compilePredictor(model, params, { batchSizes: [1, 8] });
  expect((await predictor.predict(data.x)).data).toEqual(outputs);
  await predictor.release();
  expect(showSummary(summarize(model))).toContain('mask   [5]');
  const { params: loaded } = decodeModel(encodeModel({ model, params }), { model });
  expect(loaded).toEqual(params);
  const text = new TextDecoder('latin1').decode(exportModel(model, params));
  expect(text).toContain('ids');
  expect(text).toContain('mask');
});

test('the first layer of a sequence may name its inputs', async () => {
  const net = sequential([model, activation('tanh'), dense(1, 2)]);
  expect(net.inputs).toBe(model.inputs);
  expect((await predict(net, initialize(net, 1), data.x)).cols).toBe(2);
  expect(summarize(net).layers.map(({ output }) => output)).toEqual([[1], [1], [2]]);
});

/** x + 1 of an image. */
const image: Model<{ readonly one: ParamSpec }, Readonly<Record<'pixels', Tensor>>> = {
  inputs: { pixels: { shape: [1, 2, 2], dtype: 'float32' } },
  params: { one: param([], gaussian(0)) },
  apply: ({ one }, { pixels }) => reshape(add(add(pixels, 1), one), [pixels.shape[0]!, 4]),
};

test('a model with one input takes its rows alone, also behind other layers', async () => {
  const x = [[1, 2, 3, 4]];
  for (const given of [x, { pixels: x }])
    expect([...(await predict(image, Float32Array.of(0), given)).data]).toEqual([2, 3, 4, 5]);
  const behind = sequential([activation('relu'), image]);
  expect([...(await predict(behind, Float32Array.of(0), [[-1, 2, 3, 4]])).data]).toEqual([1, 3, 4, 5]);
  const wrong = predict(sequential([activation('relu'), model]), initialize(model, 1), x);
  await expect(wrong).rejects.toThrow('nn: the model reads ids, mask, and got one tensor without a name');
});

const ok = { ids: rowsOf(ids), mask: rowsOf(mask) };

test.each<[unknown, string]>([
  [rowsOf(ids), 'nn: data.x is an array of 60; the model reads ids, mask: give an object with rows of each'],
  [{ ids: ok.ids }, 'nn: data.x has no "mask", which the model reads'],
  [{ ...ok, idz: ok.ids }, 'nn: data.x: there is no input "idz"'],
  [{ ...ok, mask: ok.mask.slice(1) }, 'nn: data.x.mask has 59 rows, nn: data.x.ids has 60'],
  [
    { ...ok, mask: ok.mask.map((row) => row.slice(1)) },
    'nn: data.x.mask has rows of 4 entries, the model reads bool [5] a row: 5 entries',
  ],
  [
    { ...ok, ids: ok.ids.map((row, i) => (i === 3 ? row.with(2, 0.5) : row)) },
    'nn: data.x.ids has 0.5 at row 3, column 2 (counted from 0); whole numbers are needed',
  ],
  [{ ...ok, mask: ok.mask.map((row) => row.map(() => 2)) }, 'nn: data.x.mask has 2 at row 0, column 0'],
])('inputs that can not be are refused in one line, case %#', async (x, message) => {
  await expect(fit({ ...options(), data: { x, y: target } as DataLike })).rejects.toThrow(message);
});

test('settings for models without names are refused', async () => {
  const params = initialize(model, 0);
  expect(() => summarize(model, [5])).toThrow('leave it out');
  expect(() => summarize(dense(2, 2))).toThrow('nn: summarize takes the shape of a row, such as [784], and got none');
  expect(() => exportModel(model, params, { inputShape: [5] })).toThrow(
    "nn: exportModel's inputShape isn't for this model, whose inputs are ids, mask",
  );
  expect(() => exportModel(model, params, { output: 'ids' })).toThrow('must be called differently');
  await expect(compilePredictor(model, params, { columns: 5 })).rejects.toThrow(
    "compilePredictor's columns are of models that name no inputs",
  );
  const broken = { ...model, inputs: { ids: { shape: [0], dtype: 'int64' } } } as never;
  await expect(predict(broken, params, { ids: [[1]] })).rejects.toThrow(
    'nn: the model\'s input "ids" has the shape [0]; sizes of at least 1 are needed',
  );
});
