/** A thread, a library or the system failed at something that is not up to the caller. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
  readonly code = 'internal';
}
