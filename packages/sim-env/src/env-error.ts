/**
 * What kind of thing could not be used.
 *
 * - `setting`: an option, a space, a perspective or a name is unknown, of the wrong type, or out of range
 * - `data`: a value, an action, an observation or a reward isn't what its space or its place asks for
 * - `limit`: it would take more memory, entries or environments than is allowed
 * - `model`: a domain model doesn't fit the environment that it is to be
 * - `state`: not now: before the first reset, after the end of an episode, or after close
 * - `connection`: the connection to a server of environments has ended
 */
export type EnvErrorCode = 'setting' | 'data' | 'limit' | 'model' | 'state' | 'connection';

/** Something can't be used, or not now; its one line says what was wrong, where, and what to do. The same shape as `InputError` of the other packages. */
export class EnvError extends RangeError {
  override readonly name = 'EnvError';
  readonly code: EnvErrorCode;

  constructor(code: EnvErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
