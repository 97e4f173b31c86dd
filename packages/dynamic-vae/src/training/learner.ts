import { checkFiniteValues, firstNonFinite, InputError } from '@unbraid/checks';
import { blockIn, type LayoutLeaf, layoutOf, type Runtime, type Scope, type Source } from '@unbraid/graph';
import { type AnyModel, adam, initialize, type Stepper } from '@unbraid/nn';
import { DivergedError } from './diverged-error.ts';

/** The parameters of one network, their gradient, and the optimizer that moves them, in the arena. */
export interface Learner {
  readonly params: Source & { readonly data: Float32Array };
  readonly grads: Source & { readonly data: Float32Array };
  /** One step of Adam. @throws {DivergedError} where a gradient is not finite */
  step(learningRate: number): void;
  /** @throws {DivergedError} where a parameter is not finite */
  checkParams(): void;
  /** Everything that a checkpoint needs, by name. */
  arrays(): Record<string, Float32Array>;
  /** @throws {InputError} where an array is missing, of another size or has values that are not finite */
  restore(arrays: Readonly<Record<string, unknown>>, step: number): void;
}

export interface LearnerOptions {
  /** What messages and checkpoints call the network. */
  readonly name: string;
  readonly params: AnyModel['params'];
  /** First values. */
  readonly initial: Float32Array;
  readonly moments?: Parameters<typeof adam>[0];
  /** Decoupled weight decay (Loshchilov and Hutter 2019): a step takes learningRate · rate of these parameters. */
  readonly decay?: { readonly rate: number; readonly of: readonly Pick<LayoutLeaf, 'offset' | 'size'>[] };
}

/** First values of a network from a seed. */
export const initialParams = (params: AnyModel['params'], random: Parameters<typeof initialize>[1]): Float32Array =>
  initialize({ params, apply: (_, x) => x }, random);

export function createLearner(scope: Scope, runtime: Runtime, options: LearnerOptions): Learner {
  const { name, initial, moments, decay } = options;
  const { size } = layoutOf(options.params, name);
  if (initial.length !== size) {
    throw new InputError('data', `dynamic-vae: ${initial.length} parameters are given, the ${name} has ${size}`);
  }
  checkFiniteValues(`dynamic-vae: the vector of the ${name}'s first parameters`, initial, 'give others');
  const params = blockIn(scope, runtime.arena.alloc('float32', size));
  const grads = blockIn(scope, runtime.arena.alloc('float32', size));
  params.data.set(initial);
  const stepper: Stepper = scope.own(adam(moments).create(size, runtime));
  return {
    params,
    grads,
    step(learningRate) {
      if (decay) shrink(params.data, decay.of, 1 - learningRate * decay.rate);
      if (stepper.step(params.data, grads.data, learningRate)) return;
      throw new DivergedError(`a gradient of the ${name} is not finite`);
    },
    checkParams() {
      const bad = firstNonFinite(params.data);
      if (bad >= 0) throw new DivergedError(`parameter ${bad} (counted from 0) of the ${name} is ${params.data[bad]}`);
    },
    arrays: () => ({
      [name]: params.data.slice(),
      ...Object.fromEntries(Object.entries(stepper.state().arrays).map(([key, array]) => [`${name}.${key}`, array])),
    }),
    restore(arrays, step) {
      params.data.set(arrayNamed(arrays, name, size));
      const names = Object.keys(stepper.state().arrays);
      stepper.restore({
        step,
        arrays: Object.fromEntries(names.map((key) => [key, arrayNamed(arrays, `${name}.${key}`, size)])),
      });
    },
  };
}

function shrink(params: Float32Array, places: readonly Pick<LayoutLeaf, 'offset' | 'size'>[], factor: number): void {
  for (const { offset, size } of places) for (let i = offset; i < offset + size; i++) params[i]! *= factor;
}

function arrayNamed(arrays: Readonly<Record<string, unknown>>, name: string, size: number): Float32Array {
  const array = arrays[name];
  if (!(array instanceof Float32Array && array.length === size)) {
    const found = array instanceof Float32Array ? `has ${array.length} entries` : 'is missing';
    throw new InputError('model', `dynamic-vae: the checkpoint's ${name} ${found}, ${size} are needed`);
  }
  checkFiniteValues(`dynamic-vae: the checkpoint's ${name}`, array, 'delete the checkpoint to begin anew');
  return array;
}
