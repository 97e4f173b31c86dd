import type { ErrorCode } from './error-code.ts';

/** The codes of what is wrong with something given; `ERROR_CODES` says what each means. */
export type InputErrorCode = Exclude<ErrorCode, 'shape' | 'compile' | 'diverged' | 'state' | 'run' | 'internal'>;

/** Input can't be used; its one line says what was wrong, where, and what to do. */
export class InputError extends RangeError {
  override readonly name = 'InputError';
  readonly code: InputErrorCode;

  constructor(code: InputErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
