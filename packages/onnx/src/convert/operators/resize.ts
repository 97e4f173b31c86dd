import {
  add,
  broadcastTo,
  constant,
  gather,
  matmul,
  mul,
  repeatTiles,
  reshape,
  sizeOf,
  type Tensor,
} from '@unbraid/graph';
import type { Converter, Converters, NodeContext } from '../converter.ts';
import { counted } from './count.ts';
import { product } from './matrix-product.ts';
import { axisOf } from './normalized-axis.ts';
import { interpolationMatrix, nearestOf, placesOf, type Resampling } from './resampling.ts';

/** One axis to resize. */
interface ResizedAxis extends Resampling {
  readonly axis: number;
}

/** Settings of all axes. */
interface Manner {
  readonly mode: string;
  readonly nearest: string;
  /** Of entries outside of a crop; else undefined. */
  readonly outside: number | undefined;
}

const convertResize: Converter = (node) => {
  const x = node.input(0);
  const old = node.opset < 11;
  const coordinates = node.attributes.text('coordinate_transformation_mode', old ? 'asymmetric' : 'half_pixel');
  const axes = (node.attributes.integers('axes') ?? x.shape.map((_, axis) => axis)).map((axis) =>
    axisOf(node, axis, x),
  );
  const scales = numbersOf(node, old ? 1 : 2);
  const crop = coordinates === 'tf_crop_and_resize' ? numbersOf(node, 1) : undefined;
  const sizes = scales ? undefined : node.optionalIntegers(3);
  const resized = scales ? byScales(node, axes, scales) : bySizes(node, axes, sizes ?? []);
  return resize(
    node,
    resized.map((one, i) => ({
      ...one,
      coordinates,
      ...(crop && { crop: [crop[i]!, crop[i + axes.length]!] as const }),
    })),
    {
      mode: node.attributes.text('mode', 'nearest'),
      nearest: node.attributes.text('nearest_mode', old ? 'floor' : 'round_prefer_floor'),
      outside: crop && node.attributes.float('extrapolation_value', 0),
    },
  );
};

/** Scales are an attribute before opset 9. */
const convertUpsample: Converter = (node) => {
  const x = node.input(0);
  const axes = x.shape.map((_, axis) => axis);
  const scales = node.opset < 9 ? node.attributes.floats('scales') : numbersOf(node, 1);
  const resized = byScales(node, axes, scales ?? []);
  return resize(
    node,
    resized.map((one) => ({ ...one, coordinates: 'asymmetric' })),
    { mode: node.attributes.text('mode', 'nearest'), nearest: 'floor', outside: undefined },
  );
};

/** Numbers of an input that may be left out, or empty, which is the same. */
function numbersOf(node: NodeContext, index: number): number[] | undefined {
  const given = node.inputs[index];
  if (!given || sizeOf(given.shape) === 0) return undefined;
  const value = node.known(index);
  return value ? [...value.data] : node.fail('its scales are known only when it runs; they must be constants');
}

type Sized = Omit<ResizedAxis, 'coordinates'>;

function byScales(node: NodeContext, axes: readonly number[], scales: readonly number[]): Sized[] {
  const { shape } = node.input(0);
  if (scales.length !== axes.length || scales.some((scale) => !(scale > 0))) {
    return node.fail(`takes ${axes.length} scales above 0, not [${scales.join(', ')}]`);
  }
  return axes.map((axis, i) => {
    const size = shape[axis]!;
    return { axis, size, scale: scales[i]!, result: Math.floor(size * scales[i]!) };
  });
}

/** `keep_aspect_ratio_policy` takes one scale for all axes. */
function bySizes(node: NodeContext, axes: readonly number[], sizes: readonly number[]): Sized[] {
  const { shape } = node.input(0);
  if (sizes.length !== axes.length) return node.fail(`takes scales or ${axes.length} sizes, not [${sizes.join(', ')}]`);
  const each = axes.map((axis, i) => ({
    axis,
    size: shape[axis]!,
    scale: sizes[i]! / shape[axis]!,
    result: sizes[i]!,
  }));
  const policy = node.attributes.text('keep_aspect_ratio_policy', 'stretch');
  if (policy === 'stretch') return each;
  const all = each.map(({ scale }) => scale);
  const scale = policy === 'not_larger' ? Math.min(...all) : Math.max(...all);
  return each.map((one) => ({ ...one, scale, result: Math.floor(scale * one.size + 0.5) }));
}

function resize(node: NodeContext, axes: readonly ResizedAxis[], manner: Manner): readonly Tensor[] {
  const x = node.input(0);
  if (x.dtype !== 'float32' && x.dtype !== 'float64' && manner.mode !== 'nearest') {
    return node.fail(`interpolates floats alone, not ${x.dtype}`);
  }
  const changed = axes.filter(({ size, result, scale, crop }) => crop || result !== size || scale !== 1);
  counted(
    node,
    changed.reduce((all, { result }) => all * result, 1),
  );
  const places = changed.map((one) => placesOf(one) ?? node.fail(`doesn't know the coordinates ${one.coordinates}`));
  const resampled = manner.mode === 'nearest' ? byNearest : interpolated;
  const result = resampled(node, x, changed, places, manner.nearest);
  return [manner.outside === undefined ? result : withOutside(result, changed, places, manner.outside)];
}

function byNearest(
  node: NodeContext,
  x: Tensor,
  axes: readonly ResizedAxis[],
  places: readonly (readonly number[])[],
  mode: string,
): Tensor {
  const from = axes.map(
    ({ size }, i) => nearestOf(places[i]!, size, mode) ?? node.fail(`doesn't know the nearest_mode ${mode}`),
  );
  const factors = x.shape.map(() => 1);
  const rest: number[] = [];
  axes.forEach(({ axis, size, result }, i) => {
    const factor = result / size;
    if (Number.isInteger(factor) && from[i]!.every((at, k) => at === Math.floor(k / factor))) factors[axis] = factor;
    else rest.push(i);
  });
  const gathered = rest.reduce((y, i) => gather(y, constant(from[i]!, [from[i]!.length], 'int64'), axes[i]!.axis), x);
  return repeated(gathered, factors);
}

/** Every entry as many times in a row as its axis' factor says. */
function repeated(x: Tensor, factors: readonly number[]): Tensor {
  if (factors.every((factor) => factor === 1)) return x;
  const result = x.shape.map((size, axis) => size * factors[axis]!);
  const images = x.shape.length === 4 && factors[0] === 1 && factors[1] === 1;
  if (images && (x.dtype === 'float32' || x.dtype === 'float64')) return repeatTiles(x, factors.slice(2));
  const column = reshape(
    x,
    x.shape.flatMap((size) => [size, 1]),
  );
  const wide = broadcastTo(
    column,
    x.shape.flatMap((size, axis) => [size, factors[axis]!]),
  );
  return reshape(wide, result);
}

/** Axis by axis a product with the matrix of weights. */
function interpolated(
  node: NodeContext,
  x: Tensor,
  axes: readonly ResizedAxis[],
  places: readonly (readonly number[])[],
): Tensor {
  const mode = node.attributes.text('mode', 'nearest');
  if (mode !== 'linear' && mode !== 'cubic') return node.fail(`mode is ${mode}; nearest, linear and cubic are known`);
  const options = {
    cubic: mode === 'cubic',
    cubicA: node.attributes.float('cubic_coeff_a', -0.75),
    excludeOutside: node.attributes.integer('exclude_outside', 0) !== 0,
    antialias: node.attributes.integer('antialias', 0) !== 0,
  };
  return axes.reduce((y, { axis, size, result, scale }, i) => {
    counted(node, result * size);
    const matrix = constant(interpolationMatrix(places[i]!, size, scale, options), [result, size], y.dtype);
    return alongAxis(y, matrix, axis);
  }, x);
}

/** The matrix [result, size] applied to every line along an axis. */
function alongAxis(x: Tensor, matrix: Tensor, axis: number): Tensor {
  if (axis === x.shape.length - 1) return product(x, matrix, { transposeB: true });
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const columns = reshape(x, [sizeOf(before), x.shape[axis]!, sizeOf(after)]);
  return reshape(matmul(matrix, columns), [...before, matrix.shape[0]!, ...after]);
}

/** A number where a place lies beyond the image. */
function withOutside(
  x: Tensor,
  axes: readonly ResizedAxis[],
  places: readonly (readonly number[])[],
  value: number,
): Tensor {
  const inside = axes.reduce<Tensor>(
    (mask, { axis, size }, i) => {
      const line = places[i]!.map((at) => Number(at >= 0 && at <= size - 1));
      const along = constant(
        line,
        x.shape.map((_, at) => (at === axis ? line.length : 1)),
        x.dtype,
      );
      return mul(mask, along);
    },
    constant(1, [], x.dtype),
  );
  return add(mul(x, inside), mul(add(mul(inside, -1), 1), value));
}

/** Images of another size. */
export const resizing: Converters = {
  Resize: convertResize,
  Upsample: convertUpsample,
};
