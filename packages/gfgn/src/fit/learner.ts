import { countNonFinite, DivergedError, firstNonFinite } from '@unbraid/checks';
import { blockIn, type Runtime, type Scope } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import { type AnyModel, adam, initialize, type Stepper } from '@unbraid/nn';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import { checkParams } from './check-params.ts';

/** What every way to train begins with. */
export interface Trained {
  readonly random: Random;
  /** In the arena. */
  readonly params: { readonly data: Float32Array };
  readonly grads: { readonly data: Float32Array };
  readonly stepper: Stepper;
  /** The first word of the key of dropout's masks. */
  readonly bits: number;
}

interface Given {
  readonly seed: number;
  readonly weightDecay: number;
  readonly params?: Float32Array | undefined;
}

/** Parameters, drawn where none are given, their gradients, and Adam. */
export function openTrained(scope: Scope, runtime: Runtime, tree: AnyNodeLayer['params'], options: Given): Trained {
  const random = createRandom(options.seed);
  const first = options.params ?? initialize({ params: tree } as AnyModel, random.split('weights'));
  checkParams(tree, first);
  const alloc = () => blockIn(scope, runtime.arena.alloc('float32', first.length));
  const [params, grads] = [alloc(), alloc()];
  params.data.set(first);
  const stepper = scope.own(adam({ l2: options.weightDecay }).create(first.length, runtime));
  const [bits] = random.split('masks').bits(new Uint32Array(1));
  return { random, params, grads, stepper, bits: bits! | 0 };
}

/** Makes Adam's step. @throws {DivergedError} where the loss or a gradient is not finite */
export function takeStep({ params, grads, stepper }: Trained, loss: number, learningRate: number, epoch: number): void {
  if (Number.isFinite(loss) && stepper.step(params.data, grads.data, learningRate)) return;
  throw new DivergedError(
    `gfgn: the loss or a gradient is not finite in epoch ${epoch} (loss ${loss}); lower the learning rate`,
  );
}

/** @throws {DivergedError} where some outputs are not finite: a step diverged */
export function checkOutputs(outputs: Float32Array, epoch: number): Float32Array {
  if (firstNonFinite(outputs) < 0) return outputs;
  throw new DivergedError(
    `gfgn: the outputs after epoch ${epoch} have ${countNonFinite(outputs)}; lower the learning rate`,
  );
}
