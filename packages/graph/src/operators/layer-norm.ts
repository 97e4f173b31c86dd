import { InputError, showValue } from '@unbraid/checks';
import { isFloat } from '../dtype.ts';
import { hostOperator, LEAST_HOSTED } from '../host/host-operator.ts';
import { part } from '../host/part.ts';
import { build, type NdArray } from '../ndarray.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { normalizeAxis, ShapeError, sameShape, show, sizeOf } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { add } from './add.ts';
import { broadcastTo } from './broadcast-to.ts';
import { concat } from './concat.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { optionsOf } from './options.ts';
import { reduceMean } from './reduce-mean.ts';
import { reduceSum } from './reduce-sum.ts';
import { reduce } from './reduction.ts';
import { reshape } from './reshape.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';

/** Settings of `layerNorm`. */
export interface LayerNormOptions {
  /** The first of the axes that are normalized together, which reach to the last; negative ones count from the end. Default −1. */
  readonly axis?: number;
  /** Added to the variance. Default 1e-5, at least 0. */
  readonly epsilon?: number;
}

interface LayerNormAttributes {
  readonly [name: string]: number;
  readonly axis: number;
  readonly epsilon: number;
}

/** What the rules need of x: its entries with mean 0 and variance 1, and what they were divided by. */
function standardized(x: Tensor, { axis, epsilon }: LayerNormAttributes) {
  const over = normalized(x, axis);
  const centred = sub(x, reduceMean(x, over));
  const deviation = sqrt(add(reduceMean(mul(centred, centred), over), epsilon));
  return { over, deviation, entries: div(centred, deviation) };
}

const normalized = ({ shape }: Tensor, axis: number) => ({
  axes: [...shape.keys()].slice(axis),
  keepDims: true,
});

/** The Jacobian of standardizing, which is symmetric: what is left of t without its mean and its part along the entries. */
function throughStandardizing(t: Tensor, { over, deviation, entries }: ReturnType<typeof standardized>): Tensor {
  const along = mul(entries, reduceMean(mul(t, entries), over));
  return div(sub(sub(t, reduceMean(t, over)), along), deviation);
}

type GradientOperands = readonly [cotangent: Tensor, x: Tensor, scale: Tensor];

/** The gradients by x, scale and bias. */
function gradientsOf([cotangent, x, scale]: GradientOperands, attributes: LayerNormAttributes): Tensor[] {
  const all = standardized(x, attributes);
  const batch = { axes: [...x.shape.keys()].slice(0, attributes.axis) };
  return [
    throughStandardizing(mul(cotangent, scale), all),
    reduceSum(mul(cotangent, all.entries), batch),
    reduceSum(cotangent, batch),
  ];
}

/** Entries of a row up to which four running sums add it up as exactly as sums of parts do. */
const LONGEST_ROW = 2048;

const isHosted = (x: Tensor, scale: Tensor): boolean =>
  x.dtype === 'float32' && sizeOf(x.shape) >= LEAST_HOSTED && sizeOf(scale.shape) <= LONGEST_ROW;

/** The same by a kernel of ours, one behind the other: one pass over memory where ONNX Runtime's operators take twelve. */
function hostedGradients(operands: GradientOperands, attributes: LayerNormAttributes): Tensor[] {
  const [, x, scale] = operands;
  const all = gradientOperator(attributes)(...operands);
  const [entries, width] = [sizeOf(x.shape), sizeOf(scale.shape)];
  return [part(all, 0, x.shape), part(all, entries, scale.shape), part(all, entries + width, scale.shape)];
}

/** Operators by their settings, so that equal uses are computed once. */
const known = new Map<string, (...operands: Tensor[]) => Tensor>();

function gradientOperator(attributes: LayerNormAttributes): (...operands: Tensor[]) => Tensor {
  const key = `${attributes.axis} ${attributes.epsilon}`;
  const operator = known.get(key) ?? makeGradientOperator(attributes);
  known.set(key, operator);
  return operator;
}

const makeGradientOperator = (attributes: LayerNormAttributes) =>
  hostOperator({
    name: 'layerNormGradient',
    type: ([, x, scale]) => ({ shape: [sizeOf(x!.shape) + 2 * sizeOf(scale!.shape)], dtype: x!.dtype }),
    meaning: (operands) =>
      concat(gradientsOf(operands as unknown as GradientOperands, attributes).map((each) => reshape(each, [-1]))),
    prepare({ kernels, arena }, { inputs }) {
      const [entries, width] = [sizeOf(inputs[1]!.shape), sizeOf(inputs[2]!.shape)];
      const room = arena.alloc('float32', kernels.layerNormRoom(width));
      return {
        run([g, x, scale], out) {
          const results = out as Float32Array;
          const from = (at: number) => results.subarray(at, at + width);
          kernels.layerNormBackward(
            { x: x as Float32Array, scale: scale as Float32Array, epsilon: attributes.epsilon, room: room.data },
            {
              ...{ g: g as Float32Array, dx: results.subarray(0, entries) },
              ...{ dscale: from(entries), dbias: from(entries + width) },
            },
          );
        },
        release: () => room.free(),
      };
    },
  });

const operator: Operator<LayerNormAttributes> = {
  name: 'layerNorm',
  type([x, ...affine], { axis }) {
    if (!isFloat(x!.dtype)) {
      throw new ShapeError(`layerNorm: takes float32 or float64, not ${x!.dtype}${show(x!.shape)}`);
    }
    const features = x!.shape.slice(axis);
    for (const [i, { shape, dtype }] of affine.entries()) {
      if (sameShape(shape, features) && dtype === x!.dtype) continue;
      throw new ShapeError(
        `layerNorm: ${i === 0 ? 'scale' : 'bias'} is ${dtype}${show(shape)}; ${x!.dtype}${show(features)} is needed for ${show(x!.shape)}`,
      );
    }
    return x!;
  },
  evaluate: ([x, scale, bias], { attributes }) => evaluateLayerNorm(x!, scale!, bias, attributes),
  vjp(cotangent, { inputs: [x, scale, bias], attributes }) {
    const operands = [cotangent, x!, scale!] as const;
    const gradients = isHosted(x!, scale!) ? hostedGradients(operands, attributes) : gradientsOf(operands, attributes);
    return bias ? gradients : gradients.slice(0, 2);
  },
  jvp([tx, tscale, tbias], { inputs: [x, scale], attributes }) {
    const all = standardized(x!, attributes);
    const terms = [
      tx && mul(throughStandardizing(tx, all), scale!),
      tscale && mul(all.entries, tscale),
      tbias && broadcastTo(tbias, x!.shape),
    ];
    return terms.filter((term) => term !== undefined).reduce(add);
  },
  emit: (inputs, node, emitter) =>
    node.dtype === 'float32'
      ? emitter.node('LayerNormalization', inputs, {
          axis: node.attributes.axis,
          epsilon: { float: node.attributes.epsilon },
        })
      : emitDouble(inputs, node, emitter),
};

/** An attribute of ONNX is a float32, epsilon too. */
function emitDouble(
  [x, scale, bias]: readonly string[],
  { inputs, dtype, attributes: { axis, epsilon } }: Tensor<LayerNormAttributes>,
  emitter: Emitter,
): string {
  const over = normalized(inputs[0]!, axis);
  const count = emitter.scalar(dtype, sizeOf(inputs[1]!.shape));
  const mean = (type: string, of: string) => emitter.node('Div', [reduce(type, of, over, emitter), count]);
  const centred = emitter.node('Sub', [x!, mean('ReduceSum', x!)]);
  const variance = emitter.node('Add', [mean('ReduceSumSquare', centred), emitter.scalar(dtype, epsilon)]);
  const entries = emitter.node('Div', [centred, emitter.node('Sqrt', [variance])]);
  const scaled = emitter.node('Mul', [entries, scale!]);
  return bias === undefined ? scaled : emitter.node('Add', [scaled, bias]);
}

function evaluateLayerNorm(
  x: NdArray,
  scale: NdArray,
  bias: NdArray | undefined,
  { axis, epsilon }: LayerNormAttributes,
): NdArray {
  const width = sizeOf(x.shape.slice(axis));
  const rows = Array.from({ length: x.data.length / Math.max(1, width) }, (_, r) => {
    const row = x.data.subarray(r * width, (r + 1) * width);
    const mean = row.reduce((sum, v) => sum + v, 0) / width;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / width;
    return { mean, deviation: Math.sqrt(variance + epsilon) };
  });
  return build(x.shape, x.dtype, (i) => {
    const { mean, deviation } = rows[Math.floor(i / width)]!;
    return ((x.data[i]! - mean) / deviation) * scale.data[i % width]! + (bias?.data[i % width] ?? 0);
  });
}

/**
 * Layer normalization (Ba, Kiros and Hinton 2016): the entries over the axes from `axis` on get mean 0 and variance 1, then `scale` times
 * them plus `bias`, both of the shape of these axes. `x` `[…, n]` gives `[…, n]`.
 * @throws {ShapeError} where `scale` or `bias` has another shape or type
 * @throws {InputError} for an epsilon that is not a number from 0 on
 */
export function layerNorm(x: Tensor, scale: Tensor, bias?: Tensor, options: LayerNormOptions = {}): Tensor {
  const { axis = -1, epsilon = 1e-5 } = optionsOf('layerNorm', options, 'axis', 'epsilon');
  if (!(Number.isFinite(epsilon) && epsilon >= 0)) {
    throw new InputError('setting', `layerNorm: epsilon is ${showValue(epsilon)}; a number from 0 on is needed`);
  }
  const attributes = { axis: normalizeAxis('layerNorm', axis, x.shape), epsilon };
  return apply(operator, bias ? [x, scale, bias] : [x, scale], attributes);
}
