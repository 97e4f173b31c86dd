let turns: Promise<unknown> = Promise.resolve();

/**
 * Does asynchronous work after all such work before it. Models that await are run this way, so that the run that is current
 * while they execute is theirs.
 */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = turns.then(work);
  turns = result.catch(() => {});
  return result;
}
