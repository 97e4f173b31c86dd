/** Sizes of a tensor's axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Shapes or element types that an operator can't take. The message names the operator and every shape. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
  readonly code = 'shape';
}

export const show = (shape: Shape): string => `[${shape.join(', ')}]`;

/** Number of elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i]);

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/**
 * The shape that NumPy's broadcasting gives `a` and `b`.
 * @throws {ShapeError} naming `operator` and both shapes.
 */
export function broadcastShapes(operator: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const p = a[a.length - i] ?? 1;
    const q = b[b.length - i] ?? 1;
    if (p !== q && p !== 1 && q !== 1) {
      throw new ShapeError(
        `${operator}: shapes ${show(a)} and ${show(b)} don't broadcast: axis ${-i} has ${p} against ${q}`,
      );
    }
    shape[rank - i] = p === 1 ? q : p;
  }
  return shape;
}

/**
 * Brings an axis that may count from the end into 0 … rank − 1.
 * @throws {ShapeError} when it is out of range.
 */
export function normalizeAxis(operator: string, axis: number, shape: Shape): number {
  const at = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(axis) || at < 0 || at >= shape.length) {
    throw new ShapeError(`${operator}: axis ${axis} is not an axis of ${show(shape)}`);
  }
  return at;
}

/** Several axes, each once, in ascending order; `undefined` means all of them. */
export function normalizeAxes(operator: string, axes: readonly number[] | undefined, shape: Shape): number[] {
  if (axes === undefined) return shape.map((_, i) => i);
  const list = axes.map((axis) => normalizeAxis(operator, axis, shape)).sort((a, b) => a - b);
  if (new Set(list).size !== list.length) {
    throw new ShapeError(`${operator}: axes ${show(axes)} name an axis of ${show(shape)} twice`);
  }
  return list;
}

/** @throws {ShapeError} unless every size is a whole number of at least 0. */
export function checkShape(operator: string, shape: Shape): void {
  if (!shape.every((d) => Number.isInteger(d) && d >= 0)) {
    throw new ShapeError(`${operator}: ${show(shape)} is not a shape; sizes are whole numbers of at least 0`);
  }
}
