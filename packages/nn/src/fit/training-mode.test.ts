import { add, evaluate, input, mul, type Tensor } from '@unbraid/graph';
import { expect, test } from 'vitest';
import { inference } from '../index.ts';
import { trainingMode } from './training-mode.ts';

const current = input('mean', [2], 'float32');
const key = input('key', [2], 'int32');

/** The values of masks for a seed's bits and a step. */
const valuesOf = (masks: readonly Tensor[], bits: number, step: number) =>
  evaluate(masks, new Map([[key, { shape: [2], dtype: 'int32' as const, data: Float64Array.of(bits, step) }]])).map(
    ({ data }) => data,
  );

test('a fixed parameter becomes what was recorded last, and stays where nothing was', () => {
  const other = input('variance', [2], 'float32');
  const { mode, nextOf } = trainingMode([current, other], key);
  const next = add(current, 1);
  mode.update(current, mul(current, 2));
  mode.update(current, next);
  expect(nextOf(current)).toBe(next);
  expect(nextOf(other)).toBe(other);
});

test('update refuses what is no fixed parameter, and a value of another shape', () => {
  const { mode } = trainingMode([current], key);
  expect(() => mode.update(add(current, 0), current)).toThrow(
    'nn: mode.update takes a parameter that fixedParam describes, as it came to apply, and what it becomes',
  );
  expect(() => mode.update(current, input('wide', [1, 2], 'float32'))).toThrow(
    'nn: mode.update gives a parameter that is float32 [2] the value float32 [1, 2]',
  );
});

test('each call, step and seed has masks of its own, and a model applied anew gets the same', () => {
  const draw = () => {
    const { mode, masks } = trainingMode([], key);
    const drawn = [mode.mask([8, 8], 0.5), mode.mask([8, 8], 0.5)];
    expect(masks()).toBe(2);
    return drawn;
  };
  const [first, second] = valuesOf(draw(), 7, 0);
  expect(second).not.toEqual(first);
  expect(valuesOf(draw(), 7, 0)).toEqual([first, second]);
  expect(valuesOf(draw(), 7, 1)[0]).not.toEqual(first);
  expect(valuesOf(draw(), 8, 0)[0]).not.toEqual(first);
});

test('in inference nothing is recorded and nothing drawn', () => {
  expect(inference.training).toBe(false);
  expect(() => inference.update(current, current)).toThrow(
    'nn: mode.update is for training alone; ask mode.training first',
  );
  expect(() => inference.mask([2], 0.5)).toThrow('nn: mode.mask is for training alone; ask mode.training first');
});
