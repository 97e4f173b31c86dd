/**
 * What several units need, such as images or their principal components: made when it is first asked for, so not by a process that does none of these units, and
 * then kept. Where making it fails, the next one who asks tries again.
 */
export function once<T>(make: () => T | Promise<T>): () => Promise<T> {
  const made = latest(make);
  return () => made(undefined);
}

/** The same for what depends on a key, such as the features of a split: what was asked for last is kept, and no more, since it may be large. */
export function latest<K, T>(make: (key: K) => T | Promise<T>): (key: K) => Promise<T> {
  let kept: { readonly key: K; readonly value: Promise<T> } | undefined;
  return (key) => {
    if (kept !== undefined && kept.key === key) return kept.value;
    const value = (async () => make(key))();
    const entry = { key, value };
    kept = entry;
    value.catch(() => {
      if (kept === entry) kept = undefined;
    });
    return value;
  };
}
