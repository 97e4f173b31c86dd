import { describe, expect, it } from 'vitest';
import { PREPARED, scriptedSide } from '../test/scripted-side.ts';
import { MissingError, startSide } from './side.ts';

describe('a side', () => {
  it('prepares, runs as asked, and ends when it is closed', async () => {
    const side = await startSide(await scriptedSide([PREPARED, '{"ran":{"milliseconds":STEPS,"peakBytes":5}}']));
    expect(side.prepared).toEqual({ version: 'peer 1.0', losses: [1, 2] });
    expect(await side.run({ steps: 17 })).toEqual({ milliseconds: 17, peakBytes: 5 });
    await side.close();
  });

  it('that lacks a package is missing, not failed', async () => {
    const command = await scriptedSide(['{"missing":"Python package torch"}']);
    await expect(startSide(command)).rejects.toThrow(MissingError);
  });

  it('whose program is not there is missing', async () => {
    const command = await scriptedSide([PREPARED], '/no/such/python');
    await expect(startSide(command)).rejects.toThrow(MissingError);
  });

  it('that fails is reported with what it said', async () => {
    await expect(startSide(await scriptedSide(['{"error":"out of luck"}']))).rejects.toThrow(
      'a side failed: out of luck',
    );
  });

  it('that ends is reported with its last words, and with the threads that it was given', async () => {
    const side = await startSide(await scriptedSide([PREPARED]));
    await expect(side.run({})).rejects.toThrow(/ended before it answered:\nabout to answer 2 undefined/);
    await side.close();
  });
});
