/** Does work one after the other for each key, so that what is told of a thing comes in its order. What throws is passed over. */
export function createTurns(): (key: string, work: () => Promise<void>) => Promise<void> {
  const working = new Map<string, Promise<void>>();
  return (key, work) => {
    const next = (working.get(key) ?? Promise.resolve()).then(work).catch(() => undefined);
    working.set(key, next);
    return next.finally(() => {
      if (working.get(key) === next) working.delete(key);
    });
  };
}
