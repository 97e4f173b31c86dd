import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { EnvError } from '../env-error.ts';

/** Milliseconds between two looks, each of which costs a microsecond. */
const INTERVAL = 20;

/**
 * What throws where this thread holds more than `megabytes` in typed arrays, which Node's own limits of a thread do not count.
 * Infinity for no limit.
 */
export function createRoom(megabytes: number): () => void {
  if (megabytes === Number.POSITIVE_INFINITY) return () => {};
  let next = 0;
  return () => {
    const now = performance.now();
    if (now < next) return;
    next = now + INTERVAL;
    const held = getHeapStatistics().external_memory / 2 ** 20;
    if (held <= megabytes) return;
    throw new EnvError(
      'limit',
      `its typed arrays hold ${Math.ceil(held)} MB of memory, and ${megabytes} MB are the limit`,
    );
  };
}
