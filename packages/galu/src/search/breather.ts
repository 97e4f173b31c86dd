/** Time after which others have their turn, ms. */
const TURN = 50;

/**
 * A pause that lets timers and signals have their turn between long computations: a millisecond at least, so only where the last pause is some time ago.
 */
export function breather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN) return;
    await new Promise((resolve) => void setTimeout(resolve, 0));
    last = performance.now();
  };
}
