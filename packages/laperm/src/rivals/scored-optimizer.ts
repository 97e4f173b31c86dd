import { InputError } from '@unbraid/checks';
import type { Runtime } from '@unbraid/graph';
import type { Block } from '@unbraid/kernels';
import type { Optimizer, OptimizerContext, OptimizerState, Stepper } from '@unbraid/nn';
import { toldContext } from '../inner-optimizer.ts';
import type { PerLayer } from '../per-layer.ts';
import type { Skip } from '../weight-vectors.ts';
import { type MaskedLeaf, type MaskedModel, maskedModel } from './masked-leaves.ts';
import { markLargest } from './top-share.ts';

/** What scores are compared by: their size, or the numbers themselves. */
export type Ranking = 'magnitude' | 'value';

/** A method that chooses weights by scores. */
export interface ScoredMethod {
  readonly name: string;
  readonly settings: Optimizer['settings'];
  /** Moves the scores, and what is skipped. */
  readonly inner: Optimizer;
  readonly keep: PerLayer;
  readonly skip?: Skip | undefined;
  readonly ranking: Ranking;
  /** Writes the first scores of a layer. */
  readonly score: (out: Float32Array, leaf: MaskedLeaf) => void;
  /** Changes a layer's weights after a step, counted from 1, by which of them are chosen. */
  readonly redraw?: (weights: Float32Array, chosen: Uint8Array, leaf: MaskedLeaf, step: number) => void;
}

/** In a saved state, beside what the inner optimizer has there. */
const SCORES = 'scores';
const WEIGHTS = 'scores.weights';
const PLACES = 'scores.places';

/**
 * An optimizer whose parameters are weights times a mask, w ⊙ m(s). The mask's derivative is taken as that of the scores themselves
 * (straight through), so that ∂L/∂s = w ⊙ ∂L/∂(w ⊙ m), by the sign of s where sizes are ranked: the gradients that `fit` has are all that is needed,
 * and any model will do.
 */
export const scoredOptimizer = (method: ScoredMethod): Optimizer => ({
  name: method.name,
  settings: method.settings,
  // Means of networks with different masks have neither their weights nor their share of zeros.
  averageable: false,
  create(size, runtime, given) {
    const context = toldContext(method.name, given);
    const masked = maskedModel(method.name, context.model, method.keep, method.skip);
    const memory = memoryFor(size, runtime, method.inner, context);
    try {
      return scoredStepper(method, masked, memory, context.params.slice());
    } catch (error) {
      releaseMemory(memory);
      throw error;
    }
  },
});

/** What the inner optimizer moves: a number for each parameter, of which those of masked weights are scores. */
interface Memory {
  readonly latent: Block<Float32Array<ArrayBuffer>>;
  readonly grads: Block<Float32Array<ArrayBuffer>>;
  readonly inner: Stepper;
}

function memoryFor(
  size: number,
  runtime: Pick<Runtime, 'arena' | 'kernels'>,
  inner: Optimizer,
  context: OptimizerContext,
): Memory {
  const blocks: Block<Float32Array<ArrayBuffer>>[] = [];
  try {
    for (let i = 0; i < 2; i++) blocks.push(runtime.arena.alloc('float32', size));
    return { latent: blocks[0]!, grads: blocks[1]!, inner: inner.create(size, runtime, context) };
  } catch (error) {
    for (const block of blocks) block.free();
    throw error;
  }
}

function releaseMemory({ latent, grads, inner }: Memory): void {
  inner.release();
  latent.free();
  grads.free();
}

/** @throws {InputError} for given scores that don't fit the model */
function scoredStepper(
  { name, ranking, score, redraw }: ScoredMethod,
  { leaves, trained }: MaskedModel,
  memory: Memory,
  weights: Float32Array,
): Stepper {
  const { latent, grads: pulled, inner } = memory;
  latent.data.fill(0);
  pulled.data.fill(0);
  for (const leaf of leaves) score(partOf(latent.data, leaf), leaf);
  for (const part of trained) partOf(latent.data, part).set(partOf(weights, part));
  const places = Float32Array.from([
    ...leaves.flatMap(({ offset, size, count }) => [offset, size, count]),
    ...trained.flatMap(({ offset, size }) => [offset, size, 0]),
  ]);
  let { step } = inner.state();

  /** Gradients of the scores, and of what is trained as it is. */
  const pull = (grads: Float32Array) => {
    const [scores, out] = [latent.data, pulled.data];
    for (const { offset, size } of leaves) {
      for (let i = offset; i < offset + size; i++) {
        out[i] = grads[i]! * weights[i]! * (ranking === 'magnitude' ? Math.sign(scores[i]!) : 1);
      }
    }
    for (const part of trained) partOf(out, part).set(partOf(grads, part));
  };
  /** Makes parameters of scores and weights; the weights are drawn anew first, where that is due. */
  const push = (params: Float32Array, at?: number) => {
    for (const leaf of leaves) {
      const own = partOf(weights, leaf);
      const chosen = chosenOf(partOf(latent.data, leaf), leaf.count, ranking);
      if (at !== undefined) redraw?.(own, chosen, leaf, at);
      const out = partOf(params, leaf);
      for (let i = 0; i < out.length; i++) out[i] = chosen[i] ? own[i]! : 0;
    }
    for (const part of trained) partOf(params, part).set(partOf(latent.data, part));
  };
  return {
    begin: (params) => push(params),
    step(params, grads, learningRate) {
      pull(grads);
      if (!inner.step(latent.data, pulled.data, learningRate)) return false;
      step++;
      push(params, step);
      return true;
    },
    state() {
      const { step: steps, arrays } = inner.state();
      const own = { [SCORES]: latent.data.slice(), [WEIGHTS]: weights.slice(), [PLACES]: places };
      return { step: steps, arrays: { ...arrays, ...own } };
    },
    restore({ step: steps, arrays: { [SCORES]: scores, [WEIGHTS]: saved, [PLACES]: masked, ...arrays } }) {
      checkState(name, { scores, saved, masked }, weights.length, places);
      inner.restore({ step: steps, arrays });
      latent.data.set(scores!);
      weights.set(saved!);
      step = steps;
    },
    release: () => releaseMemory(memory),
  };
}

/** Which weights of a layer are chosen, 1 for each of them: those of the `count` largest scores. */
export const chosenOf = (scores: Float32Array, count: number, ranking: Ranking): Uint8Array =>
  markLargest(ranking === 'magnitude' ? scores.map(Math.abs) : scores, count, new Uint8Array(scores.length));

const partOf = (values: Float32Array, { offset, size }: { readonly offset: number; readonly size: number }) =>
  values.subarray(offset, offset + size);

type Saved = OptimizerState['arrays'][string] | undefined;

/** @throws {InputError} when a state was saved by another optimizer, for another model, or with another skip */
function checkState(
  name: string,
  { scores, saved, masked }: { readonly scores: Saved; readonly saved: Saved; readonly masked: Saved },
  size: number,
  places: Float32Array,
): void {
  if (!scores || !saved || !masked) {
    throw new InputError('model', `laperm: the saved state is of an optimizer other than ${name}`);
  }
  if (scores.length === size && saved.length === size && masked.join() === places.join()) return;
  throw new InputError(
    'model',
    `laperm: the saved state of ${name} is of another model, or with another skip; ` +
      'go on with the same, or give this fit a checkpoint of its own',
  );
}
