import type { Info } from '../decisions/perspective.ts';

/** What a step of several environments gives. */
export type VectorResults = [
  observations: unknown,
  rewards: Float64Array,
  terminations: Uint8Array,
  truncations: Uint8Array,
  infos: readonly Info[],
];

/** An environment that threw. */
export interface Failure {
  readonly environment: number;
  readonly error: unknown;
}

/** Some of several environments threw; `cause` is the first one's error, whose message and stack this has with its number in front. */
export class VectorError extends Error {
  override readonly name = 'VectorError';
  readonly code = 'vector';
  /** Those that threw, in order. */
  readonly failures: readonly Failure[];
  /**
   * Where it was a step: what it gave. Of those that threw it has their last observation, reward 0 and no end; the others have taken their steps.
   */
  readonly results: VectorResults | undefined;

  constructor(failures: readonly Failure[], results: VectorResults | undefined) {
    const [{ error }] = failures as [Failure];
    const numbers = failures.map(({ environment }) => environment).join(', ');
    const said = (error instanceof Error ? error.message : String(error)).replace(/^sim-env: /, '');
    super(`sim-env: environment${failures.length > 1 ? 's' : ''} ${numbers}: ${said}`, { cause: error });
    this.failures = failures;
    this.results = results;
    if (error instanceof Error && error.stack !== undefined) this.stack = `${this.message}\n${error.stack}`;
  }
}
