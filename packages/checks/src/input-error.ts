/**
 * What kind of input could not be used.
 *
 * - `setting`: an option is unknown, of the wrong type, or out of range
 * - `data`: numbers, labels or shapes that were given don't fit
 * - `file`: a file is not what its reader takes, or is damaged
 * - `limit`: it would take more memory, rows or classes than is allowed
 * - `model`: a saved model lacks something or doesn't fit
 * - `not-finite`: NaN or infinite values where numbers are needed, in input or result
 * - `diverged`: training or an iteration ran off to numbers that are too large or none
 * - `missing`: an optional package that is needed isn't installed
 */
export type InputErrorCode = 'setting' | 'data' | 'file' | 'limit' | 'model' | 'not-finite' | 'diverged' | 'missing';

/** Input can't be used; its one line says what was wrong, where, and what to do. */
export class InputError extends RangeError {
  override readonly name = 'InputError';
  readonly code: InputErrorCode;

  constructor(code: InputErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
