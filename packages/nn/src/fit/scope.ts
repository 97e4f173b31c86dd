/** Something that holds memory or a session. */
export interface Releasable {
  release(): void | Promise<void>;
}

/** Collects what must be released. */
export interface Scope {
  /** Takes charge of `resource` and returns it. */
  own<R extends Releasable>(resource: R): R;
}

/** Runs `work`, then releases all that it owned, last first, whether it returned or threw. */
export async function withScope<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
  const owned: Releasable[] = [];
  try {
    return await work({
      own(resource) {
        owned.push(resource);
        return resource;
      },
    });
  } finally {
    for (const resource of owned.reverse()) await resource.release();
  }
}

/** A block of float32 that is freed by the scope. */
export const blockIn = <B extends { free(): void }>(scope: Scope, block: B): B => {
  scope.own({ release: () => block.free() });
  return block;
};
