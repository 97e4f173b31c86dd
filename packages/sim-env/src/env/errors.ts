import { describeValue } from '../spaces/describe-value.ts';

/** The model threw: `cause` is its own error, with its own stack. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code = 'model-failed';

  constructor(environment: string, decisions: number, cause: unknown) {
    const said = cause instanceof Error ? cause.message : describeValue(cause);
    super(`sim-env: ${environment}: the model failed ${afterDecisions(decisions)}: ${said}`, { cause });
    // Most tools print the stack alone, so the model's comes first.
    if (cause instanceof Error && cause.stack !== undefined)
      this.stack = `${this.message}\n${cause.stack}\n${this.stack}`;
  }
}

/** The model has neither decided nor ended in time; `where` is its stack, or its last decision. */
export class ModelTimeout extends Error {
  override readonly name = 'ModelTimeout';
  readonly code = 'timeout';
  readonly where: string;

  constructor(environment: string, milliseconds: number, decisions: number, where: string) {
    super(
      `sim-env: ${environment}: the model has neither decided nor ended within ${milliseconds} ms ${afterDecisions(decisions)}; it is ${where}`,
    );
    this.where = where;
  }
}

/** Thrown inside a model to unwind it. Models that catch everything should let it pass. */
export class SimulationStopped extends Error {
  override readonly name = 'SimulationStopped';
  readonly code = 'stopped';
  constructor() {
    super('sim-env: the environment has stopped this simulation');
  }
}

export const afterDecisions = (decisions: number): string =>
  decisions === 0 ? 'before its first decision' : `after decision ${decisions}`;
