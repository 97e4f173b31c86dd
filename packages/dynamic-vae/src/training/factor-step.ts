import {
  add,
  f32,
  type Graph,
  i32,
  mul,
  stopGradient,
  type Tensor,
  type TensorSpec,
  trace,
  valueAndGrad,
} from '@unbraid/graph';
import { type AnyModel, applyModel, type ParamSpec } from '@unbraid/nn';
import { drawCode } from '../vae/losses.ts';
import type { Vae } from '../vae/vae.ts';
import { discriminatorLoss, permuteCodes, totalCorrelation } from './discriminator.ts';
import {
  lossAndGradient,
  paramSpecs,
  type Regularizer,
  type StepInputs,
  type StepOutputs,
  stepSpecs,
  weightedKl,
} from './training-step.ts';

export type FactorInputs = StepInputs & {
  readonly discriminator: ParamSpec;
  /** Further rows `[rows, cols]`, whose codes are permuted. */
  readonly others: TensorSpec;
  /** Their ε. */
  readonly otherNoise: TensorSpec;
  /** As `permuteCodes` takes it. */
  readonly order: TensorSpec;
};

export type FactorOutputs = StepOutputs & {
  readonly discriminatorGrad: Tensor;
  readonly discriminatorLoss: Tensor;
  readonly totalCorrelation: Tensor;
};

/**
 * FactorVAE's step (Kim and Mnih 2018, algorithm 2): gradients of reconstruction + β · KL + γ · total correlation by the
 * model's parameters, and of the discriminator's loss by its own. Both are taken at the parameters before the step. The further rows are encoded as in
 * use, so that layers such as batch normalization are moved once a step.
 */
export function traceFactorStep(
  vae: Vae,
  discriminator: AnyModel,
  gamma: number,
  rows: number,
): Graph<FactorInputs, FactorOutputs> {
  const { latent } = vae;
  const specs: FactorInputs = {
    ...stepSpecs(vae, rows),
    discriminator: paramSpecs(discriminator),
    others: f32(rows, vae.rows.cols),
    otherNoise: f32(rows, latent),
    order: i32(latent * rows),
  };
  return trace(specs, (inputs) => {
    const logitsOf = (params: Tensor, codes: Tensor) => applyModel(discriminator, params, codes);
    const regularize: Regularizer = (encoded) =>
      add(weightedKl(encoded), mul(totalCorrelation(logitsOf(inputs.discriminator, encoded.codes)), gamma));
    const { codes, ...outputs } = lossAndGradient(vae, inputs, regularize);
    const real = stopGradient(codes);
    const otherCodes = drawCode(vae.encode(inputs.params, inputs.others), inputs.otherNoise);
    const permuted = stopGradient(permuteCodes(otherCodes, inputs.order));
    const train = valueAndGrad((params: Tensor) =>
      discriminatorLoss(logitsOf(params, real), logitsOf(params, permuted)),
    );
    const { value, grad } = train(inputs.discriminator);
    return {
      ...outputs,
      discriminatorGrad: grad,
      discriminatorLoss: value,
      totalCorrelation: totalCorrelation(logitsOf(inputs.discriminator, real)),
    };
  });
}
