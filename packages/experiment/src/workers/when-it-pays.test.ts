import { describe, expect, it } from 'vitest';
import type { OpenExecutor } from './executor.ts';
import { whenItPays } from './when-it-pays.ts';
import type { Pool } from './worker-pool.ts';

const GiB = 2 ** 30;

/** A pool that is ready, or fails to be, when the test says so. */
function opened({ most = 4, free = 16 * GiB, cores = 1 }) {
  let seconds = 0;
  const notes: string[] = [];
  const pools: { workers: number; ready: () => void; fails: (error: Error) => void; closed: boolean }[] = [];
  const createPool = (workers: number): Pool => {
    const { promise, resolve, reject } = withResolvers();
    const pool = { workers, ready: resolve, fails: reject, closed: false };
    pools.push(pool);
    return {
      start: () => promise,
      workers: () => workers,
      perform: async () => undefined,
      async close() {
        pool.closed = true;
      },
    };
  };
  const run = { onNote: (note: string) => void notes.push(note), signal: new AbortController().signal };
  const measures = { memoryOfProcess: () => GiB, freeMemory: () => free, processorSeconds: () => seconds };
  const { pays, ...executor } = whenItPays({ run, most, createPool, ...measures });
  /** The units use `cores`. */
  const asked: OpenExecutor['pays'] = (left, last = 0) => {
    seconds += cores * last;
    return pays!(left, last === 0 ? undefined : last);
  };
  return { executor: { ...executor, pays: asked }, notes, pools };
}

function withResolvers() {
  let [resolve, reject] = [() => {}, (_: Error) => {}];
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

/** What it answers before units that take these seconds, of `count`. */
const answers = ({ pays }: OpenExecutor, count: number, seconds: readonly number[]) =>
  [undefined, ...seconds].map((last, i) => pays?.(count - i, last));

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('whenItPays', () => {
  it('leaves short groups to this process, however long the first unit prepares', () => {
    const { executor, pools } = opened({});
    expect(answers(executor, 100, [60, 0.1, 0.1, 0.2])).toEqual([false, false, false, false, false]);
    expect(pools).toEqual([]);
  });

  it('goes over to workers once they are ready, and stays with them in later groups', async () => {
    const { executor, pools, notes } = opened({});
    expect(answers(executor, 100, [1, 1])).toEqual([false, false, false]);
    expect(pools).toMatchObject([{ workers: 4 }]);
    expect(executor.pays?.(97, 1)).toBe(false);
    pools[0]!.ready();
    await settled();
    expect(executor.pays?.(96, 1)).toBe(true);
    expect(executor.pays?.(3, undefined)).toBe(true);
    expect(executor.workers?.()).toBe(4);
    expect(notes).toEqual(['Independent units of about 1 min 38 s are left: 4 workers do them (--workers 1: none).']);
  });

  it('stays with this process where its own threads use the cores', () => {
    for (const [cores, count, begun] of [
      [3.2, 100_000, 0],
      [2.8, 100_000, 1],
      [2.8, 40, 0],
      [1, 40, 1],
    ] as const) {
      const { executor, pools } = opened({ cores });
      expect(answers(executor, count, [1, 1])).toEqual([false, false, false]);
      expect(pools).toHaveLength(begun);
    }
  });

  it('takes no more workers than there are threads, units and memory for, and none where that is one', () => {
    for (const [most, free, left, workers] of [
      [8, 4 * GiB, 100, 3],
      [8, 16 * GiB, 2, 2],
      [2, 2 * GiB, 100, undefined],
      [1, 16 * GiB, 100, undefined],
    ] as const) {
      const { executor, pools } = opened({ most, free });
      expect(answers(executor, left + 2, [40, 40])).toEqual([false, false, false]);
      expect(pools.map((pool) => pool.workers)).toEqual(workers === undefined ? [] : [workers]);
    }
  });

  it('goes on in this process where workers cannot be started', async () => {
    const { executor, pools, notes } = opened({});
    answers(executor, 100, [1, 1]);
    pools[0]!.fails(new Error('no processes'));
    await settled();
    expect(executor.pays?.(97, 1)).toBe(false);
    expect(pools).toMatchObject([{ closed: true }]);
    expect(notes).toEqual(['No workers can be started, so this process goes on alone: no processes']);
    expect(executor.workers?.()).toBe(1);
  });
});
