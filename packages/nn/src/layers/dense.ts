import { checkSettings } from '@unbraid/checks';
import { add, gemm, matmul, mul, ShapeError, type Tensor } from '@unbraid/graph';
import * as z from 'zod';
import { checkCount } from '../check-count.ts';
import { biasSetting, initializerSetting } from '../initializers/check-initializer.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { zeros } from '../initializers/plain.ts';
import { heNormal } from '../initializers/variance-scaling.ts';
import type { Model } from '../model.ts';
import { type ParamSpec, param } from '../param.ts';
import { described } from '../saved/description.ts';

/** What `dense` takes beside its widths. */
export interface DenseOptions {
  /** Default `heNormal`. */
  readonly init?: Initializer;
  /** How the bias starts, with the weight's fans, or `false` for none. Default zeros. */
  readonly bias?: Initializer | false;
}

const schema = z.object({ init: initializerSetting().default(heNormal), bias: biasSetting().default(zeros) });

/** `weight` `[inputs, outputs]` and `bias` `[outputs]`. A type and not an interface, which would not pass for a tree. */
export type DenseParams = {
  readonly weight: ParamSpec;
  readonly bias: ParamSpec;
};

/**
 * x · weight + bias along the last axis: `[rows, inputs]` to `[rows, outputs]`, and `[rows, time, inputs]` to `[rows, time, outputs]`.
 * @throws {InputError} unless both widths are integers of at least 1, and for options that are unknown or no initializers
 * @throws {ShapeError} from `apply`, for an input of another width
 */
export function dense(
  inputs: number,
  outputs: number,
  options: DenseOptions & { readonly bias: false },
): Model<Pick<DenseParams, 'weight'>>;
export function dense(inputs: number, outputs: number, options?: DenseOptions): Model<DenseParams>;
export function dense(
  inputs: number,
  outputs: number,
  options: DenseOptions = {},
): Model<DenseParams> | Model<Pick<DenseParams, 'weight'>> {
  const { init, bias } = checkSettings('nn: dense', schema, options);
  checkCount("dense's inputs", inputs);
  checkCount("dense's outputs", outputs);
  const weight = param([inputs, outputs], init, { neuronAxis: 1 });
  const name = `dense ${inputs} → ${outputs}`;
  const factor = init.factor?.(weight.fans) ?? 1;
  const description = { layer: 'dense', settings: { inputs, outputs, init, bias } };
  const scaled = (x: Tensor): Tensor => {
    checkWidth(x, inputs, outputs);
    return factor === 1 ? x : mul(x, factor);
  };
  if (bias === false) {
    const linear: Model<Pick<DenseParams, 'weight'>> = {
      name,
      params: { weight },
      apply: (p, x) => matmul(scaled(x), p.weight),
    };
    return described(linear, description);
  }
  const affine: Model<DenseParams> = {
    name,
    params: { weight, bias: param([outputs], bias, weight.fans) },
    apply: (p, x) =>
      x.shape.length === 2 ? gemm(scaled(x), p.weight, p.bias) : add(matmul(scaled(x), p.weight), p.bias),
  };
  return described(affine, description);
}

function checkWidth(x: Tensor, inputs: number, outputs: number): void {
  if (x.shape.length < 2 || x.shape.length > 3 || x.shape.at(-1) !== inputs) {
    throw new ShapeError(
      `nn: dense(${inputs}, ${outputs}) takes [rows, ${inputs}], the input is [${x.shape.join(', ')}]; ` +
        'make the layer as wide as what comes before it',
    );
  }
}
