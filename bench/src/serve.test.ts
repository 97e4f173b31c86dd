import { describe, expect, it } from 'vitest';
import { answer, type Implementation } from './serve.ts';

const implementation: Implementation<{ file: string }> = {
  prepare: async ({ file }) => ({ version: `reads ${file}` }),
  run: async ({ steps = 0 }) => ({ milliseconds: steps * 2 }),
};

describe('a side in JavaScript', () => {
  it('prepares the task that it is given', async () => {
    const reply = await answer(implementation, { do: 'prepare', task: { file: 'x' } });
    expect(reply).toEqual({ prepared: { version: 'reads x' } });
  });

  it('adds to what a run says the peak of its memory, in bytes', async () => {
    const reply = await answer(implementation, { do: 'run', options: { steps: 3 } });
    expect(reply).toMatchObject({ ran: { milliseconds: 6 } });
    const { peakBytes } = (reply as { ran: { peakBytes: number } }).ran;
    expect(peakBytes).toBeGreaterThanOrEqual(process.memoryUsage().heapUsed);
  });

  it('names a package that is not installed', async () => {
    const error = Object.assign(new Error("Cannot find package 'tfjs' imported from /x.js"), {
      code: 'ERR_MODULE_NOT_FOUND',
    });
    const lacking: Implementation<unknown> = { ...implementation, prepare: () => Promise.reject(error) };
    const reply = await answer(lacking, { do: 'prepare', task: {} });
    expect(reply).toEqual({ missing: "Cannot find package 'tfjs'" });
  });

  it('reports any other failure with its place', async () => {
    const failing: Implementation<unknown> = { ...implementation, prepare: () => Promise.reject(new Error('no luck')) };
    const reply = await answer(failing, { do: 'prepare', task: {} });
    expect(reply).toEqual({ error: expect.stringMatching(/no luck[\s\S]*serve\.test/) });
  });
});
