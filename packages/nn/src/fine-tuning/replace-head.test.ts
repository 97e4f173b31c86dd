import { layoutOf } from '@unbraid/graph';
import { expect, test } from 'vitest';
import { sectors } from '../../test/problems.ts';
import {
  activation,
  decodeModel,
  dense,
  encodeModel,
  fit,
  initialize,
  replaceHead,
  sequential,
  softmaxCrossEntropy,
} from '../index.ts';

const named = sequential({ first: dense(2, 16), act: activation('tanh'), last: dense(16, 3) });
const listed = sequential([dense(2, 16), activation('tanh'), dense(16, 3)]);

test.each([
  [named, 'first', 'last'],
  [listed, '0', '2'],
])(
  'layers that stay begin from what they learnt, and can be frozen by their names, case %#',
  async (model, below, head) => {
    const data = sectors(100);
    const trained = (await fit({ model: model as typeof named, loss: softmaxCrossEntropy, data, epochs: 2 })).params;
    const two = replaceHead(model, dense(16, 2), { params: trained });
    const paths = layoutOf(two.params).leaves.map(({ path }) => path);
    expect(paths).toEqual([`${below}.weight`, `${below}.bias`, `${head}.weight`, `${head}.bias`]);
    expect(initialize(two, 5).subarray(0, 48)).toEqual(trained.subarray(0, 48));
    const y = data.y.map((label) => Math.min(label, 1));
    const { params } = await fit({
      model: two,
      loss: softmaxCrossEntropy,
      data: { ...data, y },
      epochs: 2,
      freeze: below,
    });
    expect(params.subarray(0, 48)).toEqual(trained.subarray(0, 48));
    expect(params.length).toBe(48 + 34);
    expect(decodeModel(encodeModel({ model: two, params })).params).toEqual(params);
  },
);

test('several layers can be replaced, and without parameters the others begin anew', () => {
  const cut = replaceHead(named, dense(16, 5), { layers: 2 });
  expect(cut.layers!.map(({ key }) => key)).toEqual(['first', 'act']);
  expect(initialize(cut, 1).subarray(0, 48)).toEqual(initialize(named, 1).subarray(0, 48));
});

test('what can not be is refused in one line', () => {
  expect(() => replaceHead(dense(2, 2), dense(2, 2))).toThrow(
    'nn: replaceHead takes a sequential model, and got "dense 2 → 2"',
  );
  expect(() => replaceHead(named, dense(2, 2), { layers: 3 })).toThrow(
    "nn: replaceHead's layers is 3, and the model has 3; leave at least one",
  );
  expect(() => replaceHead(named, dense(2, 2), { params: new Float32Array(2) })).toThrow(
    "nn: replaceHead's params has 2 entries",
  );
  expect(() => replaceHead(named, 3 as never)).toThrow("nn: replaceHead's head is 3");
});
