/** After so many milliseconds of calls that block, other work of the process gets its turn. */
const LONGEST = 5;

let turnAt = performance.now();

/**
 * For loops over calls that block: a promise every few milliseconds, in which timers, signals and sockets are looked after, nothing in
 * between. Without it a loop that awaits only what is there already would keep Ctrl-C waiting.
 */
export function giveTurn(): Promise<void> | undefined {
  if (performance.now() - turnAt < LONGEST) return undefined;
  return new Promise((resolve) => {
    setImmediate(() => {
      turnAt = performance.now();
      resolve();
    });
  });
}
