import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shapeOf } from '../../test/apply.ts';
import { averagePool2d, conv2d, convTranspose2d, maxPool2d } from '../index.ts';
import { padsOf } from './image.ts';

const size = fc.integer({ min: 1, max: 9 });
const settings = fc.record({
  kernel: fc.tuple(size, size),
  stride: fc.tuple(size, size),
  dilation: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
});
const image = fc.tuple(size, size);

test('same makes outputs of ⌈input / stride⌉, and the odd row or column stands at the end', () => {
  fc.assert(
    fc.property(settings, image, ({ kernel, stride, dilation }, [height, width]) => {
      const layer = conv2d({ channels: 1, filters: 2, kernel, stride, dilation, padding: 'same' });
      const expected = [height, width].map((n, axis) => Math.ceil(n / stride[axis]!));
      expect(shapeOf(layer, [3, 1, height, width])).toEqual([3, 2, ...expected]);
      const pads = padsOf('same', [height, width], { kernel, strides: stride, dilations: dilation });
      const [top, left, bottom, right] = pads as readonly number[];
      expect([bottom! - top!, right! - left!].every((difference) => difference === 0 || difference === 1)).toBe(true);
    }),
  );
});

test('same makes outputs of input · stride where the convolution is transposed', () => {
  fc.assert(
    fc.property(settings, image, ({ kernel, stride, dilation }, [height, width]) => {
      const layer = convTranspose2d({ channels: 1, filters: 2, kernel, stride, dilation, padding: 'same' });
      expect(shapeOf(layer, [3, 1, height, width])).toEqual([3, 2, height * stride[0], width * stride[1]]);
    }),
  );
});

test.each([
  ['valid', [4, 3]],
  ['same', [5, 4]],
  [1, [5, 4]],
] as const)('padding %s makes outputs %j of images 10 × 8', (padding, expected) => {
  const window = { kernel: [3, 3], stride: 2, padding } as const;
  const layers = [conv2d({ channels: 6, filters: 6, ...window }), maxPool2d(window), averagePool2d(window)];
  for (const layer of layers) expect(shapeOf(layer, [2, 6, 10, 8])).toEqual([2, 6, ...expected]);
});

test.each<[() => unknown, string]>([
  [() => maxPool2d({ kernel: 0 }), "nn: maxPool2d's kernel is 0; an integer of at least 1 is needed"],
  [
    () => maxPool2d({ kernel: 2, stride: [1, 0.5] }),
    "nn: maxPool2d's stride[1] is 0.5; an integer of at least 1 is needed",
  ],
  [
    () => averagePool2d({ kernel: 2, padding: -1 }),
    "nn: averagePool2d's padding is -1; an integer of at least 0 is needed",
  ],
  [
    () => averagePool2d({ kernel: 2, padding: 'full' } as never),
    "nn: averagePool2d's padding is \"full\"; 'same', 'valid' or an integer of at least 0 is needed",
  ],
  [
    () => maxPool2d({ kernel: 2, countPads: true } as never),
    'nn: maxPool2d has no setting "countPads"; the nearest are',
  ],
])('windows out of range are refused, case %#', (make, message) => {
  expect(make).toThrow(message);
});
