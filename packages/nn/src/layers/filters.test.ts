import { layoutOf, leavesOf } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { outputOf, shapeOf } from '../../test/apply.ts';
import { conv2d, convTranspose2d, filled, heUniform, initialize, ntk, sequential, unflatten } from '../index.ts';

const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

test('conv2d sums windows times filters and adds the bias', () => {
  const model = sequential([unflatten([1, 3, 3]), conv2d({ channels: 1, filters: 2, kernel: 2 })]);
  // Filters: the upper left entry of a window, and the difference along its diagonal.
  expect(outputOf(model, [1, 0, 0, 0, -1, 0, 0, 1, 10, 0], [image])).toEqual([[11, 12, 14, 15, 4, 4, 4, 4]]);
});

test('convTranspose2d spreads entries over windows and adds the bias', () => {
  const model = sequential([
    unflatten([1, 1, 2]),
    convTranspose2d({ channels: 1, filters: 1, kernel: [1, 3], stride: [1, 2] }),
  ]);
  expect(outputOf(model, [1, 2, 3, 100], [[1, 10]])).toEqual([[101, 102, 113, 120, 130]]);
});

test('groups see their own channels alone', () => {
  const model = sequential([
    unflatten([2, 1, 1]),
    conv2d({ channels: 2, filters: 2, kernel: 1, groups: 2, bias: false }),
  ]);
  expect(outputOf(model, [3, 5], [[1, 10]])).toEqual([[3, 50]]);
});

test('weights have ONNX shapes, and say which axis counts the neurons', () => {
  const options = { channels: 4, filters: 6, kernel: [3, 5], groups: 2 } as const;
  const [forward] = leavesOf(conv2d(options).params);
  const [back] = leavesOf(convTranspose2d(options).params);
  expect(forward!.value).toMatchObject({ shape: [6, 2, 3, 5], neuronAxis: 0, fans: { fanIn: 30, fanOut: 45 } });
  expect(back!.value).toMatchObject({ shape: [4, 3, 3, 5], neuronAxis: 1, fans: { fanIn: 30, fanOut: 45 } });
});

test('a layer without bias has the weight alone', () => {
  const options = { channels: 1, filters: 1, kernel: 1, bias: false } as const;
  for (const layer of [conv2d(options), convTranspose2d(options)])
    expect(layoutOf(layer.params).leaves.map(({ path }) => path)).toEqual(['weight']);
});

test('initializers fill weight and bias', () => {
  const layer = conv2d({
    channels: 1,
    filters: 2,
    kernel: 1,
    init: filled(2),
    bias: filled(3),
  });
  expect([...initialize(layer, 0)]).toEqual([2, 2, 3, 3]);
  const drawn = initialize(conv2d({ channels: 8, filters: 64, kernel: 3, init: heUniform }), 1);
  const bound = Math.sqrt(6 / (8 * 9));
  const largest = Math.max(...drawn.map(Math.abs));
  expect(largest).toBeLessThanOrEqual(bound);
  expect(largest).toBeGreaterThan(0.99 * bound);
});

test('the default weights double the mean square of an input of mean 0', () => {
  const random = createRandom(3);
  const x = Array.from({ length: 4 }, () => [...random.normal(new Float32Array(16 * 6 * 6))]);
  const layer = conv2d({ channels: 16, filters: 32, kernel: 3, bias: false });
  const outputs = outputOf(sequential([unflatten([16, 6, 6]), layer]), initialize(layer, 1), x).flat();
  const meanSquare = outputs.reduce((sum, y) => sum + y * y, 0) / outputs.length;
  expect(meanSquare).toBeGreaterThan(1.7);
  expect(meanSquare).toBeLessThan(2.3);
});

test('an initializer with a factor scales the product, and not the bias', () => {
  const model = sequential([unflatten([4, 1, 1]), conv2d({ channels: 4, filters: 1, kernel: 1, init: ntk })]);
  expect(outputOf(model, [1, 2, 3, 4, 100], [[1, 1, 1, 1]])).toEqual([[105]]);
});

test('a layer says what it takes', () => {
  const layer = conv2d({ channels: 3, filters: 8, kernel: 3 });
  const message = /^nn: conv2d 3×3, 3 → 8 takes \[rows, 3, height, width\], the input is \[2, 1, 5, 5\]; unflatten/;
  expect(() => shapeOf(layer, [2, 1, 5, 5])).toThrow(message);
  expect(() => shapeOf(layer, [2, 75])).toThrow(/the input is \[2, 75\]/);
});

test.each<[() => unknown, string]>([
  [
    () => conv2d({ channels: 0, filters: 1, kernel: 1 }),
    "nn: conv2d's channels is 0; an integer of at least 1 is needed",
  ],
  [() => conv2d({ channels: 4, filters: 3, kernel: 1, groups: 2 }), "nn: conv2d's 2 groups don't divide its 3 filters"],
  [
    () => convTranspose2d({ channels: 1, filters: 1, kernel: [3, 1.5] }),
    "nn: convTranspose2d's kernel[1] is 1.5; an integer of at least 1 is needed",
  ],
  [
    () => convTranspose2d({ channels: 1, filters: 1, kernel: 3, padding: 'same', outputPadding: 1 }),
    "nn: convTranspose2d's outputPadding follows from padding 'same'; leave one of them out",
  ],
  [
    () => conv2d({ channels: 1, filters: 1, kernel: [3] } as never),
    "nn: conv2d's kernel is an array of 1; an integer of at least 1, or two of them, height first, is needed",
  ],
  [
    () => conv2d({ channels: 1, filters: 1, kernel: 3, strides: 2 } as never),
    'nn: conv2d has no setting "strides"; the nearest are stride',
  ],
  [
    () => conv2d({ channels: 1, filters: 1, kernel: 3, outputPadding: 1 } as never),
    'nn: conv2d has no setting "outputPadding"; the nearest are padding',
  ],
  [
    () => convTranspose2d({ channels: 1, filters: 1, kernel: 3, outputPadding: -1 }),
    "nn: convTranspose2d's outputPadding is -1; an integer of at least 0 is needed",
  ],
  [
    () => conv2d({ channels: 1, filters: 1, kernel: 3, init: 'heNormal' } as never),
    'nn: conv2d\'s init is "heNormal"; an initializer such as heNormal is needed',
  ],
])('settings out of range are refused, case %#', (make, message) => {
  expect(make).toThrow(message);
});
