/** Lets at most so many things start at a time, in the order in which they come. */
export interface Starts {
  /** Resolves when it is one's turn, to what says that one has started. */
  turn(): Promise<() => void>;
}

export function createStarts(atOnce: number): Starts {
  let busy = 0;
  const waiting: (() => void)[] = [];

  function done(): void {
    const next = waiting.shift();
    if (next === undefined) busy--;
    else next();
  }

  return {
    turn() {
      let told = false;
      const once = () => {
        if (!told) done();
        told = true;
      };
      return new Promise((resolve) => {
        if (busy >= atOnce) return void waiting.push(() => resolve(once));
        busy++;
        resolve(once);
      });
    },
  };
}
