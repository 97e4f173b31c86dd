/** Something was used at a time when it can't be: after its release, while it is at work, or outside the call that it is for. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly code = 'state';
}
