import {
  add,
  broadcastTo,
  constant,
  f32,
  type Graph,
  i32,
  type LayoutLeaf,
  layoutOf,
  leavesOf,
  mapTree,
  mul,
  reduceSum,
  stopGradient,
  sub,
  type Tensor,
  type TensorSpec,
  trace,
  vjp,
} from '@unbraid/graph';
import { type AnyModel, type Mode, type ParamSpec, trainingMode } from '@unbraid/nn';
import { part, pointAt } from '../vae/assemble.ts';
import { drawCode, klOfLatents } from '../vae/losses.ts';
import type { Posterior, Vae } from '../vae/vae.ts';

// Types and not interfaces, which would not pass for records of specifications and tensors.

/** What a training step reads. `params` follows the model's tree; its type stands for it as one tensor. */
export type StepInputs = {
  readonly params: ParamSpec;
  /** `[rows, cols]` */
  readonly x: TensorSpec;
  /** ε `[rows, latent]`, from N(0, 1). */
  readonly noise: TensorSpec;
  /** The weight of the KL divergence, a scalar. */
  readonly beta: TensorSpec;
  /** C, a scalar; what follows no set point doesn't look at it. */
  readonly setPoint: TensorSpec;
  /** int32 [2]: the bits of a seed and the number of the step, of which layers such as dropout draw. */
  readonly maskKey: TensorSpec;
};

/** What it computes: the gradient is a tree like the parameters. */
export type StepOutputs = {
  readonly grad: Tensor;
  /** What the gradient is of, a scalar. */
  readonly loss: Tensor;
  /** −log p(x|z), a scalar. */
  readonly reconstruction: Tensor;
  /** Of each latent, `[latent]`; the KL divergence is their sum. */
  readonly kl: Tensor;
  /** What parameters become that no gradient moves, such as running means; only where there are such. */
  readonly next?: readonly Tensor[];
};

/** What a loss is made of beside the reconstruction, of one batch. */
export interface Encoded {
  readonly posterior: Posterior;
  /** z drawn from it, `[rows, latent]`. */
  readonly codes: Tensor;
  /** `[latent]`, averaged over rows. */
  readonly kl: Tensor;
  readonly beta: Tensor;
  readonly setPoint: Tensor;
  /** Of quantized latents: what the encoder gives, and the values nearest to it, both `[rows, latent]`. */
  readonly continuous?: Tensor;
  readonly quantized?: Tensor;
}

/** What is added to the reconstruction loss: a scalar. */
export type Regularizer = (encoded: Encoded) => Tensor;

/** β · KL */
export const weightedKl: Regularizer = ({ kl, beta }) => mul(beta, reduceSum(kl));

/** The tree of parameters, typed as if it were one tensor: `trace` can't follow a tree of unknown depth. */
export const paramSpecs = ({ params }: Pick<AnyModel, 'params'>): ParamSpec => params as ParamSpec;

export const stepSpecs = (vae: Vae, rows: number): StepInputs => ({
  params: paramSpecs(vae),
  x: f32(rows, vae.rows.cols),
  noise: f32(rows, vae.latent),
  beta: f32(),
  setPoint: f32(),
  maskKey: i32(2),
});

/** Where the parameters lie that no gradient moves, in their order. */
export function fixedLeaves({ params }: Pick<AnyModel, 'params'>): LayoutLeaf[] {
  const specs = leavesOf<ParamSpec>(params);
  return layoutOf(params, 'params').leaves.filter((_, i) => !specs[i]!.value.trainable);
}

/** The graph of reconstruction(x) + what the regularizer adds, by default β · KL(q(z|x) ‖ N(0, I)), and its gradient. */
export const traceTrainingStep = (
  vae: Vae,
  rows: number,
  regularize: Regularizer = weightedKl,
): Graph<StepInputs, StepOutputs> =>
  trace(stepSpecs(vae, rows), (inputs) => {
    const { codes: _, ...outputs } = lossAndGradient(vae, inputs, regularize);
    return outputs;
  });

export type KlInputs = Pick<StepInputs, 'params' | 'x' | 'maskKey'>;

/** The graph of KL(q(z|x) ‖ N(0, I)) of each latent alone, as the training step has it, for a β that follows from it. */
export const traceKl = (vae: Vae, rows: number): Graph<KlInputs, Pick<StepOutputs, 'kl'>> => {
  const { params, x, maskKey } = stepSpecs(vae, rows);
  return trace({ params, x, maskKey }, (inputs) => {
    const { values, mode } = inTraining(vae, inputs.params, inputs.maskKey);
    return { kl: klOfLatents(vae.encode(values, inputs.x, mode)) };
  });
};

/** The parameters as a step in training gets them, the mode of that step, and what fixed ones become. */
function inTraining(vae: Vae, params: Tensor, maskKey: Tensor) {
  const places = fixedLeaves(vae).map(({ path }) => path);
  const paths = new Set(places);
  const held = new Map<string, Tensor>();
  const values = mapTree<unknown, Tensor>(params, (leaf, path) => {
    if (!paths.has(path)) return leaf as Tensor;
    const fixed = stopGradient(leaf as Tensor);
    held.set(path, fixed);
    return fixed;
  });
  const currents = places.map((path) => held.get(path)!);
  const { mode, nextOf } = trainingMode(currents, maskKey);
  return { values, mode, nexts: () => currents.map((current) => stopGradient(nextOf(current))) };
}

/** The loss and its gradient by the parameters. */
export function lossAndGradient(
  vae: Vae,
  { params, x, noise, beta, setPoint, maskKey }: Readonly<Record<keyof StepInputs, Tensor>>,
  regularize: Regularizer,
): StepOutputs & { readonly codes: Tensor } {
  const fixed = fixedLeaves(vae);
  const f = (at: Tensor) => {
    const { values, mode, nexts } = inTraining(vae, at, maskKey);
    const encoded = (vae.quantizer ? quantizedCodes : drawnCodes)(vae, values, x, noise, mode);
    const { codes, kl } = encoded;
    const reconstruction = vae.likelihood.loss(part(values, 'likelihood'), vae.decode(values, codes, mode), x);
    const loss = add(reconstruction, regularize({ ...encoded, beta, setPoint }));
    return { loss, reconstruction, kl, codes, next: nexts() };
  };
  const zeros = (shape: readonly number[]) => broadcastTo(constant(0), shape);
  const cotangent = {
    loss: constant(1),
    reconstruction: zeros([]),
    kl: zeros([vae.latent]),
    codes: zeros(noise.shape),
    next: fixed.map(({ shape }) => zeros(shape)),
  };
  const { value, cotangent: grad } = vjp(f, params, cotangent);
  const { next, ...others } = value;
  return { grad, ...others, ...(fixed.length > 0 && { next }) };
}

type Codes = Omit<Encoded, 'beta' | 'setPoint'>;

/** q(z|x) and a draw from it. */
function drawnCodes(vae: Vae, values: unknown, x: Tensor, noise: Tensor, mode: Mode): Codes {
  const posterior = vae.encode(values, x, mode);
  return { posterior, codes: drawCode(posterior, noise), kl: klOfLatents(posterior) };
}

/**
 * Quantized codes, through which the gradient goes straight to what they were made of. Their KL divergence is that of a point from values that are all as likely, log n_v
 * of each latent, as of VQ-VAE (van den Oord et al. 2017, section 3.2).
 */
function quantizedCodes(vae: Vae, values: unknown, x: Tensor, _noise: Tensor, mode: Mode): Codes {
  const { continuous: given, nearest, values: count } = vae.quantizer!;
  const continuous = given(values, x, mode);
  const quantized = nearest(values, continuous);
  const codes = add(continuous, stopGradient(sub(quantized, continuous)));
  const kl = broadcastTo(constant(Math.log(count)), [vae.latent]);
  return { posterior: pointAt(quantized), codes, kl, continuous, quantized };
}
