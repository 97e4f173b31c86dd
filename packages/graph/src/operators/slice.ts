import { build, flatIndex } from '../ndarray.ts';
import { type Shape, ShapeError, show, sizeOf } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { broadcastTo } from './broadcast-to.ts';
import { constant } from './constant.ts';
import { pad } from './pad.ts';
import { reshape } from './reshape.ts';

interface SliceAttributes {
  readonly [name: string]: Shape;
  /** First index kept along each axis, in 0 … size − 1. */
  readonly starts: Shape;
  /** Number of entries kept. */
  readonly sizes: Shape;
  /** Distance of neighbours, not 0; negative runs backwards. */
  readonly steps: Shape;
}

const operator: Operator<SliceAttributes> = {
  name: 'slice',
  type: ([x], { sizes }) => ({ shape: sizes, dtype: x!.dtype }),
  evaluate([x], { shape, dtype, attributes: { starts, steps } }) {
    return build(shape, dtype, (_, index) => {
      const from = index.map((i, axis) => starts[axis]! + i * steps[axis]!);
      return x!.data[flatIndex(x!.shape, from)]!;
    });
  },
  vjp: (cotangent, { inputs: [x], attributes }) => [unslice(cotangent, x!.shape, attributes)],
  jvp: ([t], { attributes }) => t && apply(operator, [t], attributes),
  emit([x], { inputs: [source], attributes: { starts, sizes, steps } }, emitter) {
    // Axes kept whole are left out, so that a batch axis may stay open in an exported file.
    const axes = sizes.flatMap((size, axis) => (size === source!.shape[axis] && steps[axis] === 1 ? [] : [axis]));
    // An end before index 0 has to be written as a number below −size.
    const ends = axes.map((axis) => {
      const end = starts[axis]! + sizes[axis]! * steps[axis]!;
      return end < 0 ? end - source!.shape[axis]! : end;
    });
    const picked = (values: Shape) => emitter.int64s(axes.map((axis) => values[axis]!));
    return emitter.node('Slice', [x!, picked(starts), emitter.int64s(ends), emitter.int64s(axes), picked(steps)]);
  },
  simplify: ({ inputs: [x], attributes: { sizes, steps } }) =>
    sizes.every((size, axis) => size === x!.shape[axis] && steps[axis] === 1) ? x : undefined,
};

/** The adjoint of a slice: puts entries back where they came from, zeros elsewhere. */
function unslice(ct: Tensor, shape: Shape, { starts, sizes, steps }: SliceAttributes): Tensor {
  if (sizeOf(sizes) === 0) return broadcastTo(constant(0, [], ct.dtype), shape);
  const forward = apply(operator, [ct], {
    starts: sizes.map((size, axis) => (steps[axis]! < 0 ? size - 1 : 0)),
    sizes,
    steps: steps.map((step) => (step < 0 ? -1 : 1)),
  });
  const spread = sizes.reduce((x, _, axis) => spreadAxis(x, axis, Math.abs(steps[axis]!)), forward);
  const before = starts.map((start, axis) => (steps[axis]! < 0 ? start + (sizes[axis]! - 1) * steps[axis]! : start));
  return pad(
    spread,
    before,
    shape.map((size, axis) => size - before[axis]! - spread.shape[axis]!),
  );
}

/** Puts `step − 1` zeros between neighbours along one axis. */
function spreadAxis(x: Tensor, axis: number, step: number): Tensor {
  const size = x.shape[axis]!;
  if (step === 1) return x;
  const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const column = reshape(x, [...outer, size, 1, ...inner]);
  const zeros = column.shape.map(() => 0);
  const wide = pad(column, zeros, zeros.with(axis + 1, step - 1));
  const flat = reshape(wide, [...outer, size * step, ...inner]);
  return apply(operator, [flat], {
    starts: x.shape.map(() => 0),
    sizes: x.shape.map((d, i) => (i === axis ? (size - 1) * step + 1 : d)),
    steps: x.shape.map(() => 1),
  });
}

/** One axis of Python's `start:end:step` on `size` entries: its first index and how many it keeps. */
function range(size: number, start: number | undefined, end: number | undefined, step: number): [number, number] {
  const wrap = (i: number) => (i < 0 ? i + size : i);
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clamp = (i: number) => Math.min(Math.max(wrap(i), low), high);
  const from = start === undefined ? (step > 0 ? low : high) : clamp(start);
  const to = end === undefined ? (step > 0 ? high : low) : clamp(end);
  const count = Math.max(0, Math.ceil((to - from) / step));
  return [count === 0 ? 0 : from, count];
}

const list = (values: readonly (number | undefined)[]): string => `[${values.map((v) => v ?? '').join(', ')}]`;

/**
 * Part of a tensor, with Python's rules for each axis: negative positions count from the end, positions out of range are
 * cut, `undefined` means as far as it goes. Axes beyond the lists are kept whole.
 * @throws {ShapeError} for a step of 0, a position that is not a whole number, or more entries than axes
 */
export function slice(
  x: Tensor,
  starts: readonly (number | undefined)[],
  ends: readonly (number | undefined)[] = [],
  steps: readonly (number | undefined)[] = [],
): Tensor {
  const most = Math.max(starts.length, ends.length, steps.length);
  if (most > x.shape.length) throw new ShapeError(`slice: ${most} axes named, ${show(x.shape)} has ${x.shape.length}`);
  const step = x.shape.map((_, axis) => steps[axis] ?? 1);
  if (!step.every((s) => Number.isInteger(s) && s !== 0)) {
    throw new ShapeError(`slice: steps ${show(step)} must be whole numbers other than 0`);
  }
  if (![...starts, ...ends].every((at) => at === undefined || Number.isInteger(at))) {
    throw new ShapeError(`slice: starts ${list(starts)} and ends ${list(ends)} must be whole numbers or left out`);
  }
  const ranges = x.shape.map((size, axis) => range(size, starts[axis], ends[axis], step[axis]!));
  return apply(operator, [x], { starts: ranges.map(([from]) => from), sizes: ranges.map(([, n]) => n), steps: step });
}
