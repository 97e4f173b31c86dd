import { finite, InputError } from '@unbraid/checks';
import type { Layout, Runtime } from '@unbraid/graph';
import type { Block, Kernels } from '@unbraid/kernels';
import type { AnyModel } from '../model.ts';

/** A way to change parameters by their gradients: a plain record, which many fits may share. */
export interface Optimizer {
  readonly name: string;
  /** What a checkpoint must agree with. */
  readonly settings: Readonly<Record<string, number | boolean | string>>;
  /** Whether its steps can be of parts of the parameters (`OptimizerContext.parts`), so that some can be frozen or have a rate of their own. */
  readonly partwise?: boolean;
  /** False where the mean of parameters after several steps is of no network that its steps could lead to, such as of different masks: `fit` refuses `mean`. Default true. */
  readonly averageable?: boolean;
  /**
   * State for `size` parameters, in the runtime's arena.
   * @param context what `fit` trains; an optimizer that needs no more than gradients does without
   */
  create(size: number, runtime: Pick<Runtime, 'arena' | 'kernels'>, context?: OptimizerContext): Stepper;
}

/** What an optimizer can know about a fit before its first step. */
export interface OptimizerContext {
  readonly model: AnyModel;
  /** Where each parameter lies in the flat array. */
  readonly layout: Layout;
  /** The first values of all parameters, also in a fit that goes on from a checkpoint; read only. */
  readonly params: Float32Array;
  /** Steps in an epoch. */
  readonly batches: number;
  /**
   * Where only some parameters are trained: their runs. `step` then gets all parameters, and the gradients of these alone, run after run; each run
   * has its own rate.
   */
  readonly parts?: readonly Part[] | undefined;
}

/** A run of neighbouring parameters that are trained at the same rate. */
export interface Part {
  /** Its first entry among all parameters. */
  readonly offset: number;
  readonly size: number;
  /** What the learning rate is multiplied by. */
  readonly factor: number;
}

/** What an optimizer remembers between steps. */
export interface OptimizerState {
  /** Steps made. */
  readonly step: number;
  /** By name, of any sizes. */
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

/** An optimizer at work on one vector of parameters. */
export interface Stepper {
  /** Changes the first parameters in place, before the first gradients are computed; not where a fit goes on from a checkpoint. Left out where they stay. */
  begin?(params: Float32Array): void;
  /** Changes `params` in place. Returns whether all gradients were finite; where one wasn't, params and state are spoiled. */
  step(params: Float32Array, grads: Float32Array, learningRate: number): boolean;
  /**
   * Turns a copy of the parameters at work into those that count: which are validated, kept as best and returned. Training
   * goes on from the parameters at work, so looking never changes a run. Left out where the two are the same.
   */
  settle?(params: Float32Array): void;
  /** A copy of the state. */
  state(): OptimizerState;
  /** Goes on from a state. @throws {InputError} when it is of another optimizer or size */
  restore(state: OptimizerState): void;
  /** Frees the arena's memory. */
  release(): void;
}

/** A share of what is remembered. */
export const share = () => finite({ min: 0, below: 1 });

/** How much parameters are pulled towards 0. */
export const decay = () => finite({ min: 0 });

/** Everything of one step that an update rule reads; `memory` holds an array for each name. */
export interface Update<Name extends string> {
  readonly kernels: Kernels;
  readonly params: Float32Array;
  readonly grads: Float32Array;
  readonly memory: Readonly<Record<Name, Float32Array>>;
  readonly learningRate: number;
  /** 1 for the first step. */
  readonly step: number;
}

/** An optimizer from its update rule and the names of the arrays that it remembers, zeros at first. */
export function defineOptimizer<Name extends string>(
  name: string,
  settings: Optimizer['settings'],
  remembers: readonly Name[],
  update: (step: Update<Name>) => boolean,
): Optimizer {
  return {
    name,
    settings,
    partwise: true,
    create(all, { arena, kernels }, context) {
      const parts = context?.parts ?? [{ offset: 0, size: all, factor: 1 }];
      const size = parts.reduce((sum, part) => sum + part.size, 0);
      const blocks = new Map<Name, Block<Float32Array<ArrayBuffer>>>();
      const release = () => {
        for (const block of blocks.values()) block.free();
        blocks.clear();
      };
      try {
        for (const key of remembers) blocks.set(key, arena.alloc('float32', size));
      } catch (error) {
        release();
        throw error;
      }
      const memory = {} as Record<Name, Float32Array>;
      for (const [key, block] of blocks)
        Object.defineProperty(memory, key, { get: () => block.data, enumerable: true });
      let step = 0;
      const onePart = parts.length === 1 && parts[0]!.size === all && parts[0]!.factor === 1;
      return {
        step(params, grads, learningRate) {
          step++;
          if (onePart) return update({ kernels, params, grads, memory, learningRate, step });
          const changed = { kernels, params, grads, memory, learningRate, step };
          let at = 0;
          let finite = true;
          for (const part of parts) {
            finite = update(cutTo(changed, part, at)) && finite;
            at += part.size;
          }
          return finite;
        },
        state: () => ({ step, arrays: Object.fromEntries([...blocks].map(([key, { data }]) => [key, data.slice()])) }),
        restore(state) {
          for (const [key, block] of blocks) {
            const saved = state.arrays[key];
            if (saved?.length !== size)
              throw new InputError(
                'model',
                `nn: the saved state of ${name} has ${saved?.length ?? 'no'} entries of ${key}, ${size} are needed`,
              );
            block.data.set(saved);
          }
          step = state.step;
        },
        release,
      };
    },
  };
}

/** An update of one part, whose gradients and memory begin at `at`. */
function cutTo<Name extends string>(
  { params, grads, memory, learningRate, ...rest }: Update<Name>,
  { offset, size, factor }: Part,
  at: number,
): Update<Name> {
  const own = {} as Record<Name, Float32Array>;
  for (const key in memory) own[key] = memory[key].subarray(at, at + size);
  return {
    ...rest,
    params: params.subarray(offset, offset + size),
    grads: grads.subarray(at, at + size),
    memory: own,
    learningRate: learningRate * factor,
  };
}
