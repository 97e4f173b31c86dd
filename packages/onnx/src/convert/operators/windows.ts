import type { NodeContext } from '../converter.ts';
import { counted } from './count.ts';

/** How windows slide over an image of any number of axes: one entry an axis, all axes of `begin` before those of `end`. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly begin: readonly number[];
  readonly end: readonly number[];
}

/** From the first to the last tap, both counted. */
export const extentOf = (taps: number, dilation: number): number => dilation * (taps - 1) + 1;

/** The attributes that all operators with windows have. @throws {InputError} `model`, where their lengths don't fit the kernel's */
export function windowsOf(node: NodeContext, image: readonly number[], kernel: readonly number[]): Windows {
  const rank = image.length;
  const list = (name: string, absent: number, length = rank): number[] => {
    const values = node.attributes.integers(name) ?? new Array<number>(length).fill(absent);
    if (values.length !== length) return node.fail(`${name} has ${values.length} numbers, ${length} are needed`);
    return values;
  };
  if (kernel.length !== rank) return node.fail(`the windows have ${kernel.length} axes, the images ${rank}`);
  const [strides, dilations] = [list('strides', 1), list('dilations', 1)];
  if (strides.some((n) => n < 1) || dilations.some((n) => n < 1))
    return node.fail('a stride or a dilation is less than 1');
  const pads = list('pads', 0, 2 * rank);
  const fixed = { kernel, strides, dilations, begin: pads.slice(0, rank), end: pads.slice(rank) };
  const windows = automatic(node, image, fixed);
  const { begin, end } = windows;
  counted(node, product(kernel), MOST_TAPS);
  const padded = image.map((size, axis) => size + Math.max(0, begin[axis]!) + Math.max(0, end[axis]!));
  counted(node, product(padded) - product(image));
  return windows;
}

/** Entries of a window: more are a damaged file's. */
const MOST_TAPS = 2 ** 20;

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

const padding = (node: NodeContext): string => node.attributes.text('auto_pad', 'NOTSET');

/** SAME_UPPER and SAME_LOWER: as much around the image as gives ⌈size / stride⌉ windows, an odd entry at the end or at the start. */
function automatic(node: NodeContext, image: readonly number[], windows: Windows): Windows {
  const { kernel, strides, dilations } = windows;
  const zeros = image.map(() => 0);
  switch (padding(node)) {
    case 'NOTSET':
    case '':
      return windows;
    case 'VALID':
      return { ...windows, begin: zeros, end: zeros };
    case 'SAME_UPPER':
    case 'SAME_LOWER': {
      const whole = image.map((size, axis) => {
        const covered =
          (Math.ceil(size / strides[axis]!) - 1) * strides[axis]! + extentOf(kernel[axis]!, dilations[axis]!);
        return Math.max(0, covered - size);
      });
      const less = whole.map((n) => Math.floor(n / 2));
      const more = whole.map((n) => Math.ceil(n / 2));
      return padding(node) === 'SAME_UPPER'
        ? { ...windows, begin: less, end: more }
        : { ...windows, begin: more, end: less };
    }
    default:
      return node.fail(`auto_pad is ${padding(node)}; NOTSET, VALID, SAME_UPPER and SAME_LOWER are known`);
  }
}

/** How many windows fit along each axis; with `ceil` also one that goes over the end, if it starts on the image or before it. */
export function countWindows(
  image: readonly number[],
  { kernel, strides, dilations, begin, end }: Windows,
  ceil = false,
): number[] {
  return image.map((size, axis) => {
    const stride = strides[axis]!;
    const places = (size + begin[axis]! + end[axis]! - extentOf(kernel[axis]!, dilations[axis]!)) / stride;
    if (!ceil) return Math.floor(places) + 1;
    const count = Math.ceil(places) + 1;
    return (count - 1) * stride >= size + begin[axis]! ? count - 1 : count;
  });
}
