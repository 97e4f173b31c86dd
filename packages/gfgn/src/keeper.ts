/** Gives what is kept for an owner under a key; makes it at the first call. */
export type Keeper<O extends object, V> = (owner: O, make: () => V, key?: string | number) => V;

/** Keeps what is made for owners as long as these are there: one thing for each, or one under each key. */
export function createKeeper<O extends object, V extends object>(): Keeper<O, V> {
  const known = new WeakMap<O, Map<string | number, V>>();
  return (owner, make, key = '') => {
    const kept = known.get(owner) ?? new Map<string | number, V>();
    known.set(owner, kept);
    const made = kept.get(key) ?? make();
    kept.set(key, made);
    return made;
  };
}
