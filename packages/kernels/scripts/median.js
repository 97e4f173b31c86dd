import { performance } from 'node:perf_hooks';

/** Milliseconds that an action takes, the median of some runs after one that does not count. */
export function median(action, runs = 31) {
  action();
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    action();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[runs >> 1];
}
