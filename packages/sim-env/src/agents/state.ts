import type { Play, Stage } from '../env/stage.ts';
import { EnvError } from '../env-error.ts';
import type { Space } from '../spaces/index.ts';

/** A view of the whole, for learners that train agents together. */
export interface WholeState {
  /** Undefined where the definition has no state. */
  readonly stateSpace: Space | undefined;
  /** An element of `stateSpace`, of an array of its own. @throws EnvError where the definition has none, and before reset; ModelError */
  state(): unknown;
}

/** @param check throws where the environment has not been started */
export function wholeStateOf({ name, state }: Play, stage: Stage, check: () => void): WholeState {
  return {
    stateSpace: state?.space,
    state() {
      if (state === undefined)
        throw new EnvError('setting', `sim-env: ${name}: there is no state; give its definition state and stateSpace`);
      check();
      return stage.tell({ about: 'state' });
    },
  };
}
