/** A model's run as a generator: it suspends by `yield*` of its decision functions. */
export type Coroutine = Generator<unknown, void, unknown>;

/** What `run` returns where no promise is needed. */
// biome-ignore lint/suspicious/noConfusingVoidType: a plain run returns nothing
export type RunsThrough = void | Coroutine;

/** What a model offers, in terms of its own: nothing in it speaks of environments. */
export interface Simulation<R extends RunsThrough | Promise<void> = RunsThrough | Promise<void>> {
  /** Back to the start. All chance in the run follows from the seed; `options` are those of the environment's reset. */
  reset(seed: number, options?: unknown): void;
  /** From the start to the end. */
  run(): R;
  /** Asks a running simulation to end soon. A model that is suspended in a decision is unwound in any case. */
  stop?(): void;
  /** Plain data from which `restore` brings the model back to the decision that it stands at. */
  snapshot?(): unknown;
  /**
   * Puts the model where a snapshot was taken: `run`, called next, first asks for the very decision that the model stood at. For models whose `run` can begin there,
   * such as a loop that begins with its decision and keeps all that it knows in fields.
   */
  restore?(state: unknown): void;
}
