import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { type Experiment, type RunContext, type RunHooks, resumeRun, type Summary, startRun } from '../src/index.ts';
import { temporaryFolder } from './folders.ts';

type Run = (context: RunContext<Record<string, unknown>>) => Promise<Summary>;

const experiment = (run: Run): Experiment => ({
  name: 'test/context',
  title: 'Context',
  paper: 'none',
  description: 'None.',
  settings: z.object({}),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { result: 'The result' },
  run,
});

async function outcomeOf(run: Run, hooks: RunHooks = {}) {
  const directory = join(temporaryFolder(), 'run');
  return { directory, outcome: await startRun(experiment(run), { directory, hooks }) };
}

const nothing = async () => ({ result: 0 });

describe('unit', () => {
  it('gives the same value in the first session and in a resumed one, free of the buffers it came from', async () => {
    const buffer = Float32Array.of(1, 2, 3);
    let works = 0;
    const values: unknown[] = [];
    const controller = new AbortController();
    const run: Run = async ({ unit, signal }) => {
      const value = await unit('a', async () => {
        works++;
        return { loss: Number.NaN, gap: undefined, weights: buffer, mask: [Uint8Array.of(1)] };
      });
      buffer.fill(0);
      values.push(value);
      if (values.length === 1) controller.abort();
      signal.throwIfAborted();
      return { result: works };
    };
    const { directory, outcome } = await outcomeOf(run, { signal: controller.signal });
    expect(outcome.status).toBe('interrupted');
    expect(await resumeRun(directory, async () => experiment(run))).toMatchObject({ summary: { result: 1 } });
    expect(values[0]).toStrictEqual({
      loss: Number.NaN,
      gap: undefined,
      weights: Float32Array.of(1, 2, 3),
      mask: [Uint8Array.of(1)],
    });
    expect(values[1]).toStrictEqual(values[0]);
  });

  it('refuses units within or beside one another, and two of one name', async () => {
    const inner: Run = async ({ unit }) => unit('a', async () => unit('b', nothing));
    await expect(outcomeOf(inner)).rejects.toThrow('unit "b" began inside or beside unit "a"');
    const beside: Run = async ({ unit }) => (await Promise.all([unit('a', nothing), unit('b', nothing)]))[0];
    await expect(outcomeOf(beside)).rejects.toThrow('unit "b" began inside or beside unit "a"');
    const twice: Run = async ({ unit }) => (await unit('a', nothing)) && unit('a', nothing);
    await expect(outcomeOf(twice)).rejects.toThrow('two units are called "a"');
  });

  it('takes interfaces with optional members, and not what cannot be stored', () => {
    interface Fit {
      readonly loss: number;
      readonly weights: Float32Array;
      readonly note?: string;
    }
    const check = (unit: RunContext<unknown>['unit']) => {
      const fit = unit('fit', async (): Promise<Fit> => ({ loss: 1, weights: new Float32Array(1) }));
      expectTypeOf(fit).toEqualTypeOf<Promise<Fit>>();
      // @ts-expect-error A Date does not survive a checkpoint.
      return unit('date', async () => ({ when: new Date() }));
    };
    expect(check).toBeTypeOf('function');
  });
});

describe('checkpoints', () => {
  it('keep states of different units apart and remove them when their unit is done', async () => {
    const found: unknown[] = [];
    const { directory } = await outcomeOf(async ({ unit, checkpoints }) => {
      for (const key of ['a', 'b']) {
        await unit(key, async () => {
          found.push(await checkpoints.load('fit'));
          await checkpoints.save('fit', { meta: { step: 1 }, arrays: { w: Float64Array.of(0.1) } });
          found.push(await checkpoints.load('fit'));
          return null;
        });
      }
      return { result: 1 };
    });
    const state = { meta: { step: 1 }, arrays: { w: Float64Array.of(0.1) } };
    expect(found).toStrictEqual([undefined, state, undefined, state]);
    expect(readdirSync(join(directory, 'checkpoints')).filter((name) => name.startsWith('state'))).toEqual([]);
  });

  it('can be removed', async () => {
    await outcomeOf(async ({ checkpoints }) => {
      await checkpoints.save('fit', { meta: null, arrays: {} });
      await checkpoints.remove('fit');
      expect(await checkpoints.load('fit')).toBeUndefined();
      return { result: 1 };
    });
  });
});

describe('artifacts', () => {
  it('hold the bytes of the moment, the last ones of a name', async () => {
    const { directory } = await outcomeOf(async ({ artifact }) => {
      const bytes = Uint8Array.of(1, 2);
      const buffer = Buffer.of(1, 2);
      void artifact('a.bin', bytes);
      void artifact('b.bin', bytes);
      void artifact('c.bin', buffer);
      bytes.fill(0);
      buffer.fill(0);
      void artifact('a.bin', Uint8Array.of(3));
      return { result: 1 };
    });
    expect(readdirSync(join(directory, 'artifacts'))).toEqual(['a.bin', 'b.bin', 'c.bin']);
    expect([...readFileSync(join(directory, 'artifacts', 'a.bin'))]).toEqual([3]);
    expect([...readFileSync(join(directory, 'artifacts', 'b.bin'))]).toEqual([1, 2]);
    expect([...readFileSync(join(directory, 'artifacts', 'c.bin'))]).toEqual([1, 2]);
    const { artifacts } = JSON.parse(readFileSync(join(directory, 'outputs.json'), 'utf8'));
    // SHA-256 of the byte 3, by sha256sum.
    const sha256 = '084fed08b978af4d7d196a7446a86b58009e636b611db16211b65a9aadff29c5';
    expect(artifacts[0]).toEqual({ name: 'a.bin', bytes: 1, sha256 });
  });

  it('stay within their folder', async () => {
    const outside = outcomeOf(async ({ artifact }) => {
      void artifact('../a.bin', new Uint8Array(1));
      return { result: 1 };
    });
    await expect(outside).rejects.toThrow('an artifact is named "../a.bin"');
  });
});

describe('figures and tables', () => {
  it('stand in the report in the order in which they were asked for, even when nobody waits for them', async () => {
    const { directory } = await outcomeOf(async ({ figure, table }) => {
      for (const name of ['b', 'a', 'c']) void figure(name, { title: name, caption: name, plot: { marks: [] } });
      table('t', { title: 'T', columns: ['x'], rows: [[Number.NaN]] });
      return { result: 1 };
    });
    const outputs = JSON.parse(readFileSync(join(directory, 'outputs.json'), 'utf8'));
    expect(outputs.figures.map(({ name }: { name: string }) => name)).toEqual(['b', 'a', 'c']);
    expect(outputs.tables[0].rows).toEqual([['NaN']]);
    expect(readdirSync(join(directory, 'figures')).sort()).toEqual(['a.svg', 'b.svg', 'c.svg']);
  });

  it('fail the run when they cannot be drawn, even when nobody waits for them', async () => {
    const failed = outcomeOf(async ({ figure }) => {
      const plot = () => {
        throw new Error('no data');
      };
      void figure('f', { title: 'F', caption: 'F', plot });
      return { result: 1 };
    });
    await expect(failed).rejects.toThrow('figure "f" cannot be drawn: no data');
  });

  it('do not hide why the experiment itself failed', async () => {
    const failed = outcomeOf(async ({ figure }) => {
      void figure('../f', { title: 'F', caption: 'F', plot: {} });
      throw new Error('the experiment failed');
    });
    await expect(failed).rejects.toThrow('the experiment failed');
  });
});

describe('the signal', () => {
  it('makes an interruption of an error that a library wraps around it, but not of any error', async () => {
    const throwing = (wrap: (reason: unknown) => Error) => {
      const controller = new AbortController();
      const run: Run = async ({ signal }) => {
        controller.abort();
        throw wrap(signal.reason);
      };
      return outcomeOf(run, { signal: controller.signal });
    };
    const wrapped = await throwing((cause) => new Error('fit stopped', { cause }));
    expect(wrapped.outcome.status).toBe('interrupted');
    await expect(throwing(() => new Error('k is 0'))).rejects.toThrow('k is 0');
  });

  it('does not undo a run that came to its end', async () => {
    const controller = new AbortController();
    const { outcome } = await outcomeOf(
      async () => {
        controller.abort();
        return { result: 1 };
      },
      { signal: controller.signal },
    );
    expect(outcome.status).toBe('done');
  });
});
