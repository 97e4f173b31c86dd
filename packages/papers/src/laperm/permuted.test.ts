import { dense, heUniform, initialize } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { permutationsOf } from './permuted.ts';

const model = dense(4, 1, { init: heUniform, bias: false });

test('of weights that changed places, the share that did is told', () => {
  const initial = initialize(model, 1);
  const params = initial.slice();
  [params[0], params[1]] = [initial[1]!, initial[0]!];
  const { unchanged, bits, moved } = permutationsOf(model, initial, params);
  expect({ unchanged, moved }).toEqual({ unchanged: true, moved: 50 });
  expect(bits).toBeGreaterThan(0);
});

test('weights that changed their values are told, with nothing to count', () => {
  const initial = initialize(model, 1);
  const params = initial.with(2, 9);
  expect(permutationsOf(model, initial, params)).toEqual({
    unchanged: false,
    bits: Number.NaN,
    moved: Number.NaN,
  });
});
