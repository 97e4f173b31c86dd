/** `then` of what may be a promise: at once where it is none, so that what is synchronous stays so. */
export function whenDone<T, R>(value: T, next: (value: Awaited<T>) => R): R {
  if (value instanceof Promise) return value.then(next) as R;
  return next(value as Awaited<T>);
}
