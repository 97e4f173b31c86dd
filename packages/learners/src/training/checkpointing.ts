import { InputError, showValue } from '@unbraid/checks';
import type { CheckpointStore, Json, SavedState, Stepper } from '@unbraid/nn';
import * as z from 'zod';

/** Numbers by name, as parts of a learner keep them. */
export type NamedNumbers = Readonly<Record<string, Float32Array | Float64Array>>;

/** A part of a learner that has a state. */
export interface Stateful {
  state(): NamedNumbers;
  /** @throws {InputError} `model`, for a state of something else */
  restore(arrays: NamedNumbers): void;
}

/** How far a learner has come. */
export interface Progress {
  readonly update: number;
  readonly timesteps: number;
}

/** A learner's state in a store. */
export interface Checkpointing {
  /** Restores all parts, where something is saved. */
  load(): Promise<Progress | undefined>;
  save(progress: Progress): Promise<void>;
  /** Whether an update is one after which it is saved. */
  isDue(update: number): boolean;
}

const whole = z.int().min(0);
const metaSchema = z.object({ update: whole, timesteps: whole });

/**
 * @param identity what learning at hand depends on: a state of another one is refused
 * @param parts what is saved, in this order
 */
export function checkpointing(
  store: CheckpointStore | undefined,
  identity: Readonly<Record<string, Json>>,
  parts: readonly Stateful[],
): Checkpointing {
  return {
    async load() {
      const saved = await store?.load();
      if (saved === undefined) return undefined;
      checkIdentity(saved, identity);
      const meta = metaSchema.safeParse(saved.meta);
      if (!meta.success) throw damaged('it does not say how far learning had come');
      for (const part of parts) part.restore(saved.arrays as NamedNumbers);
      return meta.data;
    },
    async save(progress) {
      if (store === undefined) return;
      const arrays = Object.assign({}, ...parts.map((part) => part.state())) as NamedNumbers;
      await store.save({ meta: { learning: identity, ...progress }, arrays });
    },
    isDue: (update) => store !== undefined && update % (store.everyEpochs ?? 1) === 0,
  };
}

function checkIdentity({ meta }: SavedState, identity: Readonly<Record<string, Json>>): void {
  const found = (meta as { readonly learning?: Readonly<Record<string, Json>> } | null)?.learning;
  if (typeof found !== 'object' || found === null) throw damaged('it is of no learner');
  for (const [name, value] of Object.entries(identity)) {
    if (JSON.stringify(found[name]) === JSON.stringify(value)) continue;
    throw new InputError(
      'model',
      `learners: the checkpoint is of learning with ${name} ${showValue(found[name])}, now it is ${showValue(value)}; go on with the same, or begin anew with another checkpoint`,
    );
  }
}

const damaged = (what: string): InputError =>
  new InputError('model', `learners: the checkpoint is damaged: ${what}; delete it to begin anew`);

/** Parameters and what an optimizer remembers of them. @param params their present view */
export const trainedState = (name: string, params: () => Float32Array, optimizer: Stepper): Stateful => ({
  state() {
    const { step, arrays } = optimizer.state();
    const remembered = Object.entries(arrays).map(([key, array]) => [`${name}.optimizer.${key}`, array]);
    return {
      [name]: params().slice(),
      [`${name}.steps`]: Float64Array.of(step),
      ...Object.fromEntries(remembered),
    };
  },
  restore(arrays) {
    const saved = arrays[name];
    if (saved?.length !== params().length)
      throw damaged(`there are ${saved?.length ?? 'no'} numbers of ${name}, ${params().length} are needed`);
    params().set(saved);
    const prefix = `${name}.optimizer.`;
    const remembered = Object.entries(arrays).filter(([key]) => key.startsWith(prefix));
    optimizer.restore({
      step: arrays[`${name}.steps`]?.[0] ?? 0,
      arrays: Object.fromEntries(remembered.map(([key, array]) => [key.slice(prefix.length), array as Float32Array])),
    });
  },
});

/** A part whose state is one array. */
export const arrayState = (
  name: string,
  part: { state(): Float64Array; restore(state: Float64Array): void },
): Stateful => ({
  state: () => ({ [name]: part.state() }),
  restore(arrays) {
    const saved = arrays[name];
    if (!(saved instanceof Float64Array)) throw damaged(`there is no ${name}`);
    part.restore(saved);
  },
});
