/** Does pieces of work one after another, in the order in which they were asked for; one alone begins at once. */
export type OneAtATime = <T>(work: () => Promise<T>) => Promise<T>;

export function oneAtATime(): OneAtATime {
  let last: Promise<unknown> | undefined;
  return (work) => {
    const result = last === undefined ? work() : last.then(work);
    const settled: Promise<unknown> = result.then(
      () => end(),
      () => end(),
    );
    const end = () => {
      if (last === settled) last = undefined;
    };
    last = settled;
    return result;
  };
}
