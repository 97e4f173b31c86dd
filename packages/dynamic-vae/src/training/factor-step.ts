import {
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
import type { Vae } from '../vae/create-vae.ts';
import { drawCode } from '../vae/losses.ts';
import { discriminatorLoss, permuteCodes, totalCorrelation } from './discriminator.ts';
import { lossAndGradient, paramSpecs, type StepInputs, type StepOutputs, stepSpecs } from './training-step.ts';

export type FactorInputs = StepInputs & {
  readonly discriminator: ParamSpec;
  /** Further images `[rows, pixels]`, whose codes are permuted. */
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
 * model's parameters, and of the discriminator's loss by its own. Both are taken at the parameters before the step.
 */
export function traceFactorStep(
  vae: Vae,
  discriminator: AnyModel,
  gamma: number,
  rows: number,
): Graph<FactorInputs, FactorOutputs> {
  const { latent } = vae.settings;
  const specs: FactorInputs = {
    ...stepSpecs(vae, rows),
    discriminator: paramSpecs(discriminator),
    others: f32(rows, vae.pixels),
    otherNoise: f32(rows, latent),
    order: i32(latent * rows),
  };
  return trace(specs, (inputs) => {
    const logitsOf = (params: Tensor, codes: Tensor) => applyModel(discriminator, params, codes);
    const penalty = (codes: Tensor) => mul(totalCorrelation(logitsOf(inputs.discriminator, codes)), gamma);
    const { codes, ...outputs } = lossAndGradient(vae, inputs, penalty);
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
