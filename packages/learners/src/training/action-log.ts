import { InputError } from '@unbraid/checks';

/** The actions of the episodes under way. */
export interface ActionLog {
  /** Keeps the action of an environment. @param row where it is in `actions`. Default the environment's number */
  add(environment: number, actions: Float32Array, row?: number): void;
  /** Forgets those of an environment. */
  clear(environment: number): void;
  state(): Readonly<Record<string, Float64Array>>;
  /** Those that a state has of an environment, in their order. @throws {InputError} `model`, for a damaged one */
  actionsOf(state: Readonly<Record<string, ArrayLike<number> | undefined>>, environment: number): Float32Array[];
}

const nameOf = (environment: number) => `actions.${environment}`;

/** @param size numbers in an action */
export function createActionLog(environments: number, size: number): ActionLog {
  const kept = Array.from({ length: environments }, () => new Float32Array(64 * size));
  const counts = new Int32Array(environments);
  return {
    add(environment, actions, row = environment) {
      const at = size * counts[environment]!++;
      if (at === kept[environment]!.length) {
        const larger = new Float32Array(2 * at);
        larger.set(kept[environment]!);
        kept[environment] = larger;
      }
      for (let i = 0; i < size; i++) kept[environment]![at + i] = actions[row * size + i]!;
    },
    clear(environment) {
      counts[environment] = 0;
    },
    state: () =>
      Object.fromEntries(
        kept.map((actions, i) => [nameOf(i), Float64Array.from(actions.subarray(0, size * counts[i]!))]),
      ),
    actionsOf(state, environment) {
      const all = state[nameOf(environment)];
      if (all === undefined || all.length % size !== 0)
        throw new InputError('model', `learners: the checkpoint lacks actions of environment ${environment}`);
      const flat = Float32Array.from(all);
      return Array.from({ length: flat.length / size }, (_, i) => flat.slice(i * size, (i + 1) * size));
    },
  };
}
