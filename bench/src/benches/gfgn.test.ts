import { describe, expect, it } from 'vitest';
import { PREPARED, ran, scriptedSide } from '../../test/scripted-side.ts';
import type { Peer } from '../contest.ts';
import { fastest } from './gfgn.ts';

const peer = async (name: string, replies: string[]): Promise<Peer> => ({
  ...(await scriptedSide(replies)),
  name,
  goal: null,
});

describe('the fastest form of a peer', () => {
  it('is the one whose second run takes least', async () => {
    const slow = await peer('slow', [PREPARED, ran(1), ran(9)]);
    const fast = await peer('fast', [PREPARED, ran(20), ran(2)]);
    expect((await fastest([slow, fast])).name).toBe('fast');
  });

  it('is not looked for where there is one', async () => {
    const only = await peer('only', []);
    expect(await fastest([only])).toBe(only);
  });

  it('is the first where none is installed, whose row then says so', async () => {
    const missing = '{"missing":"Python package torch_geometric"}';
    const peers = [await peer('first', [missing]), await peer('second', [missing])];
    expect((await fastest(peers)).name).toBe('first');
  });

  it('fails where a form does', async () => {
    const [good, bad] = [await peer('good', [PREPARED, ran(1), ran(1)]), await peer('bad', ['{"error":"no"}'])];
    await expect(fastest([good, bad])).rejects.toThrow('bad failed: no');
  });
});
