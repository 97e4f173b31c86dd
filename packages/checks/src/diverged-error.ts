/** Training or an iteration ran off: a loss, a gradient or a parameter is not finite, or only grows. */
export class DivergedError extends Error {
  override readonly name: string = 'DivergedError';
  readonly code = 'diverged';
}
