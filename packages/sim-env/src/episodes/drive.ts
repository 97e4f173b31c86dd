/**
 * Runs what yields results of an environment, and gets them back: at once where they are there, in a promise where any of them is one. So a course of many
 * steps is written once for environments of both kinds.
 */
export function drive<T>(course: Generator<unknown, T, never>): T | Promise<T> {
  let { done, value } = course.next();
  while (!done) {
    if (value instanceof Promise) return driveLater(course, value);
    ({ done, value } = course.next(value as never));
  }
  return value as T;
}

async function driveLater<T>(course: Generator<unknown, T, never>, first: Promise<unknown>): Promise<T> {
  let awaited: unknown = first;
  for (;;) {
    let next: IteratorResult<unknown, T>;
    try {
      const settled = await awaited;
      next = course.next(settled as never);
    } catch (error) {
      next = course.throw(error);
    }
    if (next.done) return next.value;
    awaited = next.value;
  }
}
