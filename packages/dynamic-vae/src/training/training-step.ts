import {
  add,
  broadcastTo,
  constant,
  f32,
  type Graph,
  mul,
  reduceSum,
  type Tensor,
  type TensorSpec,
  trace,
  vjp,
} from '@unbraid/graph';
import type { AnyModel, ParamSpec } from '@unbraid/nn';
import type { Vae } from '../vae/create-vae.ts';
import { drawCode, klOfLatents, reconstructionLoss } from '../vae/losses.ts';

// Types and not interfaces, which would not pass for records of specifications and tensors.

/** What a training step reads. `params` follows the model's tree; its type stands for it as one tensor. */
export type StepInputs = {
  readonly params: ParamSpec;
  /** `[rows, pixels]` */
  readonly x: TensorSpec;
  /** ε `[rows, latent]`, from N(0, 1). */
  readonly noise: TensorSpec;
  /** The weight of the KL divergence, a scalar. */
  readonly beta: TensorSpec;
};

/** What it computes: the gradient is a tree like the parameters. */
export type StepOutputs = {
  readonly grad: Tensor;
  /** −log p(x|z), a scalar. */
  readonly reconstruction: Tensor;
  /** Of each latent, `[latent]`; the KL divergence is their sum. */
  readonly kl: Tensor;
};

/** What is added to the loss: a scalar of the drawn codes `[rows, latent]`. */
export type CodePenalty = (codes: Tensor) => Tensor;

/** The tree of parameters, typed as if it were one tensor: `trace` can't follow a tree of unknown depth. */
export const paramSpecs = ({ params }: Pick<AnyModel, 'params'>): ParamSpec => params as ParamSpec;

export const stepSpecs = (vae: Vae, rows: number): StepInputs => ({
  params: paramSpecs(vae),
  x: f32(rows, vae.pixels),
  noise: f32(rows, vae.settings.latent),
  beta: f32(),
});

/** The graph of reconstruction(x) + β · KL(q(z|x) ‖ N(0, I)) and its gradient. */
export const traceTrainingStep = (vae: Vae, rows: number): Graph<StepInputs, StepOutputs> =>
  trace(stepSpecs(vae, rows), (inputs) => {
    const { codes: _, ...outputs } = lossAndGradient(vae, inputs);
    return outputs;
  });

export type KlInputs = Pick<StepInputs, 'params' | 'x'>;

/** The graph of KL(q(z|x) ‖ N(0, I)) of each latent alone, for a β that follows from it. */
export const traceKl = (vae: Vae, rows: number): Graph<KlInputs, Pick<StepOutputs, 'kl'>> => {
  const { params, x } = stepSpecs(vae, rows);
  return trace({ params, x }, (inputs) => ({ kl: klOfLatents(vae.encode(inputs.params, inputs.x)) }));
};

/** The loss, with a penalty on the codes where there is one, and its gradient by the parameters. */
export function lossAndGradient(
  vae: Vae,
  { params, x, noise, beta }: Readonly<Record<keyof StepInputs, Tensor>>,
  penalty?: CodePenalty,
): StepOutputs & { readonly codes: Tensor } {
  const f = (at: Tensor) => {
    const posterior = vae.encode(at, x);
    const codes = drawCode(posterior, noise);
    const kl = klOfLatents(posterior);
    const reconstruction = reconstructionLoss(vae.settings, vae.decode(at, codes), x);
    const plain = add(reconstruction, mul(beta, reduceSum(kl)));
    return { loss: penalty ? add(plain, penalty(codes)) : plain, reconstruction, kl, codes };
  };
  const zeros = (...shape: number[]) => broadcastTo(constant(0), shape);
  const { latent } = vae.settings;
  const cotangent = { loss: constant(1), reconstruction: zeros(), kl: zeros(latent), codes: zeros(...noise.shape) };
  const { value, cotangent: grad } = vjp(f, params, cotangent);
  const { reconstruction, kl, codes } = value;
  return { grad, reconstruction, kl, codes };
}
