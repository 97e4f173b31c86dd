import { describe, expect, it } from 'vitest';
import { PREPARED, ran, scriptedSide } from '../test/scripted-side.ts';
import { type Contest, hold, type Peer } from './contest.ts';

const accuracy = { key: 'accuracy', label: 'accuracy', unit: '%', better: 'higher' } as const;

async function contestOf(ours: string[], theirs: string[], more: Partial<Contest> = {}): Promise<Contest> {
  const peer = { ...(await scriptedSide(theirs)), name: 'a peer', goal: 5 };
  return { row: 'work', ours: await scriptedSide([PREPARED, ...ours]), peers: [peer], runs: 3, pause: 0, ...more };
}

describe('a contest', () => {
  it('compares the medians of the runs, and the peaks of memory', async () => {
    const contest = await contestOf([ran(2, 3e6), ran(1, 4e6), ran(9, 5e6)], [PREPARED, ran(8), ran(7), ran(9, 1e7)]);
    const [time, memory, ...rest] = await hold(contest);
    expect(time).toMatchObject({ row: 'work', peer: 'peer 1.0', unit: 'ms', ours: 2, theirs: 8, ratio: 4, goal: 5 });
    expect(time?.samples).toEqual({ ours: [2, 1, 9], theirs: [8, 7, 9] });
    expect(memory).toMatchObject({ row: 'work: peak memory', unit: 'MB', ours: 5, theirs: 10, ratio: 2, goal: null });
    expect(rest).toEqual([]);
  });

  it('gives further figures rows of their own', async () => {
    const contest = await contestOf([ran(4), ran(4), ran(4)], [PREPARED, ran(2), ran(2), ran(2)], {
      figures: [accuracy],
    });
    expect((await hold(contest))[2]).toMatchObject({ row: 'work: accuracy', unit: '%', ours: 4, theirs: 2, ratio: 2 });
  });

  it('has a row for the memory that is added, where both sides tell their start', async () => {
    const prepared = (startBytes: number) => JSON.stringify({ prepared: { version: 'peer 1.0', startBytes } });
    const side = await scriptedSide([prepared(10e6), ran(1, 14e6), ran(1, 40e6), ran(1, 40e6)]);
    const ours = await scriptedSide([prepared(2e6), ran(1, 3e6), ran(1, 4e6), ran(1, 5e6)]);
    const peers = [{ ...side, name: 'a peer', goal: null, memoryGoal: 3, addedMemoryGoal: 7 }];
    const [, memory, added] = await hold({ ...(await contestOf([], [])), ours, peers });
    expect(memory).toMatchObject({ row: 'work: peak memory', goal: 3 });
    expect(added).toMatchObject({
      ...{ row: 'work: memory added', unit: 'MB', ours: 3, theirs: 30, ratio: 10, goal: 7 },
    });
  });

  it('keeps a row for a peer that is missing, with our own figure', async () => {
    const rows = await hold(await contestOf([ran(1), ran(2), ran(3)], ['{"missing":"Python package torch"}']));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ peer: 'a peer', ours: 2, theirs: null, ratio: null, goal: 5 });
    expect(rows[0]?.note).toContain('missing: Python package torch');
  });

  it('gives times in microseconds where it is told to', async () => {
    const contest = await contestOf(
      [ran(0.002), ran(0.002), ran(0.002)],
      [PREPARED, ran(0.004), ran(0.004), ran(0.004)],
    );
    expect((await hold({ ...contest, unit: 'µs' }))[0]).toMatchObject({ unit: 'µs', ours: 2, theirs: 4, ratio: 2 });
  });

  it('says in its rows what stood for us', async () => {
    const rows = await hold(await contestOf([ran(1), ran(1), ran(1)], [PREPARED, ran(1), ran(1), ran(1)]));
    expect(rows[0]).toMatchObject({ implementation: 'peer 1.0' });
  });

  it('takes of a peer with several forms the fastest', async () => {
    const contest = await contestOf([ran(4), ran(4), ran(4)], []);
    const form = async (name: string, tried: number, later: number): Promise<Peer> => {
      const replies = [PREPARED, ran(tried), ran(tried), ran(later), ran(later), ran(later)];
      // The trial has a process of its own, which hears the first of them again.
      return { ...(await scriptedSide(replies)), name, goal: 2 };
    };
    const forms = [await form('slow', 9, 9), await form('fast', 2, 2)] as [Peer, Peer];
    const [row] = await hold({ ...contest, peers: [{ name: 'several', forms, triedSteps: 1 }] });
    expect(row).toMatchObject({ theirs: 2, goal: 2 });
  });

  it('without peers measures nothing', async () => {
    expect(await hold({ ...(await contestOf([], [])), peers: [] })).toEqual([]);
  });

  it('counts runs in steps that fill the time, once the speed is known', async () => {
    const echo = '{"ran":{"milliseconds":STEPS,"peakBytes":1}}';
    // Three calibrations at 1 ms a step; the reply then tells how many steps were asked for.
    const replies = [ran(1), ran(1), ran(1), echo];
    const contest = await contestOf(replies, [PREPARED, ...replies], { runs: 1, secondsOfSteps: 0.5 });
    expect((await hold(contest))[0]).toMatchObject({ ours: 500, theirs: 500 });
  });

  it('fails where the sides did not prepare the same work', async () => {
    const checkPrepared = () => {
      throw new Error('losses differ');
    };
    await expect(hold(await contestOf([], [PREPARED], { checkPrepared }))).rejects.toThrow('losses differ');
  });

  it('fails where a run did not do its work', async () => {
    const contest = await contestOf([ran(1)], [PREPARED, ran(1)]);
    const check = () => {
      throw new Error('error not reached');
    };
    await expect(hold({ ...contest, ours: { ...contest.ours, check } })).rejects.toThrow('error not reached');
  });
});
