/** Lets work that shares one engine take turns, in the order in which it asked. */
export interface Turns {
  /** Waits for its turn. @returns what ends it */
  take(): Promise<() => void>;
}

export function createTurns(): Turns {
  let last = Promise.resolve();
  return {
    async take() {
      const before = last;
      let end = () => {};
      last = new Promise((resolve) => {
        end = resolve;
      });
      await before;
      return end;
    },
  };
}
