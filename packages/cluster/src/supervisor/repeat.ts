/**
 * Does the work every `seconds`, counted from the end of one to the beginning of the next, until it gives false.
 * @returns what ends it
 */
export function repeat(seconds: number, work: () => Promise<boolean>, onError: (error: unknown) => void): () => void {
  let hasEnded = false;
  let timer: NodeJS.Timeout;
  const next = () => {
    timer = setTimeout(() => {
      work().then(
        (goesOn) => {
          if (goesOn && !hasEnded) next();
        },
        (error) => {
          if (!hasEnded) onError(error);
        },
      );
    }, seconds * 1000);
  };
  next();
  return () => {
    hasEnded = true;
    clearTimeout(timer);
  };
}
