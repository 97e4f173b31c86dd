import { layoutOf } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { activation, dense, filled, initialize, param, sequential } from './index.ts';

test('the same seed gives the same parameters, another seed others', () => {
  const model = dense(4, 3);
  expect(initialize(model, 1)).toEqual(initialize(model, 1));
  expect(initialize(model, 1)).not.toEqual(initialize(model, 2));
});

test('a seed and the stream made from it agree, and the stream is not advanced', () => {
  const random = createRandom(5);
  expect(initialize(dense(4, 3), random)).toEqual(initialize(dense(4, 3), 5));
  expect(random.state().position).toBe(0);
});

test('a layer added at the end leaves the parameters before it as they were', () => {
  const short = initialize(sequential([dense(4, 3), activation('relu')]), 1);
  const long = initialize(sequential([dense(4, 3), activation('relu'), dense(3, 2)]), 1);
  expect(long.subarray(0, short.length)).toEqual(short);
});

test('layers of the same shape start differently', () => {
  const params = initialize(sequential([dense(3, 3, { bias: false }), dense(3, 3, { bias: false })]), 1);
  expect(params.slice(0, 9)).not.toEqual(params.slice(9));
});

test('parameters lie in the order of the layout, each from its own initializer', () => {
  const model = sequential([dense(2, 2, { init: filled(1), bias: filled(2) }), dense(2, 1, { init: filled(3) })]);
  expect([...initialize(model, 0)]).toEqual([1, 1, 1, 1, 2, 2, 3, 3, 0]);
  expect(layoutOf(model.params).leaves.map(({ path }) => path)).toEqual(['0.weight', '0.bias', '1.weight', '1.bias']);
});

test.each<[() => unknown, string]>([
  [() => param([2], filled(1), { fanInn: 3 } as never), 'nn: param has no setting "fanInn"; the nearest are fanIn'],
  [() => param([2], filled(1), { fanIn: 0 }), "nn: param's fanIn is 0; a finite number above 0 is needed"],
  [
    () => param([2], 'zeros' as never),
    'nn: param\'s initializer is "zeros"; an initializer such as heNormal is needed',
  ],
])('a parameter that can not be is refused in one line, case %#', (make, message) => {
  expect(make).toThrow(message);
});
