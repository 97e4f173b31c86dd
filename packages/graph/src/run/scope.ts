/** Something that holds memory or a session. */
export interface Releasable {
  release(): void | Promise<void>;
}

/** Collects what must be released. */
export interface Scope {
  /** Takes charge of `resource` and returns it. */
  own<R extends Releasable>(resource: R): R;
}

/** A scope whose owner says when it ends. */
export interface OpenScope extends Scope {
  /** Releases all that the scope owns, last first; a second call does nothing. */
  release(): Promise<void>;
}

export function openScope(): OpenScope {
  const owned: Releasable[] = [];
  return {
    own(resource) {
      owned.push(resource);
      return resource;
    },
    async release() {
      for (const resource of owned.splice(0).reverse()) await resource.release();
    },
  };
}

/** Runs `work`, then releases all that it owned, last first, whether it returned or threw. */
export async function withScope<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
  const scope = openScope();
  try {
    return await work(scope);
  } finally {
    await scope.release();
  }
}

/**
 * Builds something whose resources live on after the call: a failure half way releases what was there already, success leaves it to
 * the owner of what was built, who is given `scope` to release.
 */
export async function inOpenScope<T>(build: (scope: OpenScope) => Promise<T>): Promise<T> {
  const scope = openScope();
  try {
    return await build(scope);
  } catch (error) {
    await scope.release();
    throw error;
  }
}

/** A block of the arena that is freed by the scope. */
export const blockIn = <B extends { free(): void }>(scope: Scope, block: B): B => {
  scope.own({ release: () => block.free() });
  return block;
};
