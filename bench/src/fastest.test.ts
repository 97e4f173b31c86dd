import { describe, expect, it } from 'vitest';
import { PREPARED, ran, scriptedSide } from '../test/scripted-side.ts';
import type { Peer } from './contest.ts';
import { fastest } from './fastest.ts';

const peer = async (name: string, replies: string[]): Promise<Peer> => ({
  ...(await scriptedSide(replies)),
  name,
  goal: null,
});

const triedSteps = 3;

describe('the fastest form of a peer', () => {
  it('is the one whose second run takes least', async () => {
    const slow = await peer('slow', [PREPARED, ran(1), ran(9)]);
    const fast = await peer('fast', [PREPARED, ran(20), ran(2)]);
    expect((await fastest({ forms: [slow, fast], triedSteps })).name).toBe('fast');
  });

  it('is tried with the steps that it is told', async () => {
    const echo = '{"ran":{"milliseconds":STEPS,"peakBytes":1}}';
    const [given, less] = [await peer('given', [PREPARED, echo, echo]), await peer('less', [PREPARED, ran(1), ran(6)])];
    expect((await fastest({ forms: [given, less], triedSteps: 5 })).name).toBe('given');
    expect((await fastest({ forms: [given, less], triedSteps: 7 })).name).toBe('less');
  });

  it('is not looked for where there is one', async () => {
    const only = await peer('only', []);
    expect(await fastest({ forms: [only], triedSteps })).toBe(only);
  });

  it('is the first where none is installed, whose row then says so', async () => {
    const missing = '{"missing":"Python package torch_geometric"}';
    const [first, second] = [await peer('first', [missing]), await peer('second', [missing])];
    expect((await fastest({ forms: [first, second], triedSteps })).name).toBe('first');
  });

  it('fails where a form does', async () => {
    const [good, bad] = [await peer('good', [PREPARED, ran(1), ran(1)]), await peer('bad', ['{"error":"no"}'])];
    await expect(fastest({ forms: [good, bad], triedSteps })).rejects.toThrow('bad failed: no');
  });
});
