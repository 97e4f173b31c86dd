/** What happened in some steps of some environments: a row for each, step after step. */
export interface Rollout {
  readonly rows: number;
  /** As the network reads them. */
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly logProbs: Float32Array;
  readonly values: Float32Array;
  readonly rewards: Float32Array;
  /** 1 where the episode ended with that step. */
  readonly ended: Uint8Array;
  readonly advantages: Float32Array;
  readonly returns: Float32Array;
  /** Empty where nothing is masked. */
  readonly masks: Uint8Array;
}

/** How wide the rows of a rollout are. */
export interface RolloutWidths {
  readonly inputs: number;
  readonly actionSize: number;
  /** 0 where nothing is masked. */
  readonly maskSize: number;
}

/** Room for a rollout, which is used again and again. */
export function createRollout(rows: number, { inputs, actionSize, maskSize }: RolloutWidths): Rollout {
  const column = () => new Float32Array(rows);
  return {
    rows,
    observations: new Float32Array(rows * inputs),
    actions: new Float32Array(rows * actionSize),
    logProbs: column(),
    values: column(),
    rewards: column(),
    ended: new Uint8Array(rows),
    advantages: column(),
    returns: column(),
    masks: new Uint8Array(rows * maskSize),
  };
}
