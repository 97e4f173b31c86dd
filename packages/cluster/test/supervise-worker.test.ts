import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ToWorker } from '@unbraid/experiment/workers';
import { describe, expect, it } from 'vitest';
import { superviseWorker, type WorkerOptions } from '../src/supervisor/supervise-worker.ts';
import { fakeCluster } from './fake-cluster.ts';
import { type Script, scripted } from './scripted-process.ts';

type Fake = ReturnType<typeof fakeCluster>;

const timing = { touch: 0.02, upload: 0.02, poll: 0.02, idle: 10, stop: 1, once: 0.05 };

function supervise(fake: Fake, processes: ReturnType<typeof scripted>, options: Partial<WorkerOptions> = {}) {
  const controller = new AbortController();
  const notes: string[] = [];
  const ended = superviseWorker({
    cluster: fake.cluster,
    start: processes.start,
    cores: 1,
    threads: 1,
    versions: { node: '20', unbraid: '1.0.0' },
    once: true,
    signal: controller.signal,
    onNote: (note) => void notes.push(note),
    timing,
    ...options,
  });
  return { ended, notes, stop: () => controller.abort() };
}

/** Does units at once, and ends when it is told to. */
const obedient = (message: ToWorker, { done, end }: Script) => (message.type === 'unit' ? done(message.key) : end());

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
const sixUnits = () => fakeCluster(keys.map((key) => [0, key]));

describe('a supervised worker', () => {
  it('does all units in one process a core, and leaves no folder', async () => {
    for (const [cores, threads, count] of [
      [1, 1, 1],
      [5, 2, 2],
    ] as const) {
      const fake = sixUnits();
      const shares: number[] = [];
      const processes = scripted((message, script) => {
        shares.push(script.threads);
        obedient(message, script);
      });
      await supervise(fake, processes, { cores, threads }).ended;
      expect(fake.units.map(({ value }) => value)).toEqual(keys.map((key) => `value of ${key}`));
      expect(processes.count()).toBe(count);
      expect(new Set(shares)).toEqual(new Set([threads]));
      expect(processes.folders.filter((folder) => existsSync(folder))).toEqual([]);
      expect(fake.log.at(-1)).toBe('leave');
    }
  });

  it('gives a group the checkpoints of those before, in a folder like the run directory', async () => {
    const fake = fakeCluster([
      [0, 'first'],
      [1, 'second'],
    ]);
    const { checkpointFile } = await import('@unbraid/experiment/workers');
    const processes = scripted((message, script) => {
      if (message.type !== 'unit') return script.end();
      expect(JSON.parse(readFileSync(join(script.folder, 'config.json'), 'utf8')).experiment).toBe('test/fake');
      const before = join(script.folder, 'checkpoints', checkpointFile('unit', 'first'));
      script.done(message.key, message.group === 0 ? '1' : `after ${readFileSync(before, 'utf8')}`);
    });
    await supervise(fake, processes).ended;
    expect(fake.unit('second').value).toBe('after 1');
    expect(processes.count()).toBe(1);
  });

  it('starts another process for a group before that of the last unit', async () => {
    const fake = fakeCluster([
      [1, 'late'],
      [0, 'early'],
    ]);
    const processes = scripted(obedient);
    await supervise(fake, processes).ended;
    expect(fake.units.map(({ status }) => status)).toEqual(['done', 'done']);
    expect(processes.count()).toBe(2);
  });

  it('sends the latest state now and then, and the last one before it gives a unit up', async () => {
    const fake = fakeCluster([[0, 'long']]);
    let steps = 0;
    const processes = scripted((message, script) => {
      if (message.type === 'stop') {
        script.state('long', 'last');
        return script.end();
      }
      const working = setInterval(() => {
        if (steps < 100) script.state('long', `${++steps}`);
        else clearInterval(working);
      }, 2);
    });
    const { ended, stop } = supervise(fake, processes, { once: false });
    await until(() => steps === 100);
    stop();
    await ended;
    expect(fake.unit('long').states).toEqual(new Map([['state-long', 'last']]));
    const sent = fake.log.filter((line) => line === 'state long').length;
    expect(sent).toBeGreaterThan(1);
    expect(sent).toBeLessThan(50);
    expect(fake.log.slice(-3)).toEqual(['state long', 'waiting long', 'leave']);
    const second = scripted((message, script) => {
      if (message.type !== 'unit') return script.end();
      script.done('long', readFileSync(join(script.folder, 'checkpoints', 'state-long'), 'utf8'));
    });
    await supervise(fake, second).ended;
    expect(fake.unit('long').value).toBe('last');
  });

  it('keeps what a process saved that dies, and says what it printed', async () => {
    const fake = fakeCluster([[0, 'deadly']]);
    const processes = scripted((message, script) => {
      if (message.type !== 'unit') return script.end();
      if (script.number === 3) return script.done('deadly');
      script.state('deadly', `of ${script.number}`);
      script.end({ code: null, signal: 'SIGKILL', how: 'SIGKILL' });
    }, 'it hurts');
    const { ended, notes } = supervise(fake, processes);
    await ended;
    const { deaths, error, states, value } = fake.unit('deadly');
    expect({ deaths, value }).toEqual({ deaths: 2, value: 'value of deadly' });
    expect(error).toMatch(/^unit "deadly" ended its process by SIGKILL.*printed at the end: it hurts$/);
    expect(states.get('state-deadly')).toBe('of 2');
    expect(notes).toHaveLength(1);
  });

  it('lets a unit go that is not its own any more, and drops a late result', async () => {
    const fake = fakeCluster([
      [0, 'taken'],
      [0, 'next'],
    ]);
    const processes = scripted((message, script) => {
      if (message.type === 'stop') {
        if (script.number === 1) script.done('taken', 'late value');
        return script.end();
      }
      if (message.type !== 'unit' || message.key === 'next') return script.done('next');
      // Elsewhere it is done meanwhile.
      fake.take('taken');
      Object.assign(fake.unit('taken'), { status: 'done', value: 'value of another' });
    });
    await supervise(fake, processes).ended;
    expect(fake.units.map(({ value }) => value)).toEqual(['value of another', 'value of next']);
    expect(fake.log).toContain('late taken');
  });

  it('leaves its process alone when a unit is no longer its own because it is done', async () => {
    const fake = fakeCluster([
      [0, 'first'],
      [0, 'second'],
    ]);
    const processes = scripted((message, script) => {
      if (message.type !== 'unit') return script.end();
      if (message.key === 'first') script.done('first');
      else setTimeout(() => script.done('second'), 200);
    });
    const take = fake.cluster.take;
    // What follows on the commit of the first unit takes its time, in which it is touched.
    const cluster = {
      ...fake.cluster,
      async take(options: Parameters<typeof take>[0]) {
        const job = await take(options);
        if (job?.key !== 'first') return job;
        const complete: typeof job.complete = async (...result) => {
          const ending = await job.complete(...result);
          await new Promise((resolve) => setTimeout(resolve, 100));
          return ending;
        };
        return { ...job, complete };
      },
    };
    await supervise({ ...fake, cluster }, processes).ended;
    expect(fake.units.map(({ status, deaths }) => [status, deaths])).toEqual([
      ['done', 0],
      ['done', 0],
    ]);
    expect(processes.count()).toBe(1);
  });

  it('fails a unit by what it fails of, and goes on in the same process', async () => {
    const fake = fakeCluster([
      [0, 'bad'],
      [0, 'good'],
    ]);
    const processes = scripted((message, { send, done, end }) => {
      if (message.type !== 'unit') return end();
      if (message.key === 'good') return done('good');
      send({ type: 'failed', key: 'bad', message: 'no bad' });
    });
    await supervise(fake, processes).ended;
    expect(fake.unit('bad')).toMatchObject({ status: 'failed', error: 'no bad' });
    expect(fake.unit('good').status).toBe('done');
    expect(processes.count()).toBe(1);
  });

  it('takes no more of a run that it can not work for, and says so once', async () => {
    const fake = sixUnits();
    const processes = scripted((message, { send, end }) => {
      if (message.type === 'unit') send({ type: 'lost', message: 'there is no file data.csv' });
      end();
    });
    const { ended, notes } = supervise(fake, processes);
    await ended;
    expect(fake.units.every(({ status, deaths }) => status === 'waiting' && deaths === 0)).toBe(true);
    expect(notes).toEqual(['This worker takes no more units of run 1: there is no file data.csv']);
    expect(processes.count()).toBe(1);
  });

  it('leaves a unit whose data it lacks to others, and takes no more of its run', async () => {
    const fake = sixUnits();
    const message = 'data: train-images of MNIST is not on this machine';
    const processes = scripted((told, { send, end }) => {
      if (told.type === 'unit') send({ type: 'failed', key: told.key, message, code: 'file' });
      else end();
    });
    const { ended, notes } = supervise(fake, processes);
    await ended;
    expect(fake.unit('a')).toMatchObject({ status: 'waiting', deaths: 1, error: message });
    expect(notes).toEqual([`This worker takes no more units of run 1: ${message}`]);
  });

  it('says once which runs ask for other versions', async () => {
    const fake = fakeCluster([]);
    fake.refused.run = '7';
    const { ended, notes } = supervise(fake, scripted(obedient));
    await ended;
    expect(notes).toEqual([
      'This worker takes no units of run 7 (other), which requires unbraid 9.9.9; it has node 20, unbraid 1.0.0.',
    ]);
  });

  it('checks what it is told', async () => {
    const fake = sixUnits();
    for (const [wrong, text] of [
      [{ cores: 0 }, 'cores is 0; an integer of at least 1'],
      [{ threads: Number.NaN }, 'threads is NaN'],
      [{ core: 2 }, 'has no setting "core"; the nearest are cores'],
      [{ timing: { touch: Number.POSITIVE_INFINITY } }, 'timing.touch is Infinity'],
    ] as const) {
      await expect(supervise(fake, scripted(obedient), wrong as object).ended).rejects.toThrow(text);
    }
    expect(fake.log).toEqual([]);
  });

  it('ends where its disk is full: the unit is not to blame', async () => {
    const fake = fakeCluster([[0, 'a']]);
    const processes = scripted((message, { send, end }) => {
      if (message.type !== 'unit') return end();
      send({ type: 'failed', key: 'a', message: 'experiment: cannot write /tmp/x: no space left on device (ENOSPC)' });
    });
    await expect(supervise(fake, processes).ended).rejects.toThrow('no space left on device (ENOSPC)');
    expect(fake.unit('a')).toMatchObject({ status: 'waiting', deaths: 0 });
  });

  it('ends where processes end before they begin', async () => {
    const fake = fakeCluster([[0, 'a']]);
    const processes = scripted(obedient, 'Cannot find module');
    const start: WorkerOptions['start'] = () => ({
      pid: 1,
      send: () => undefined,
      printed: () => 'Cannot find module',
      ended: Promise.resolve({ code: 1, signal: null, how: 'exit code 1' }),
      stop: async () => ({ code: 1, signal: null, how: 'exit code 1' }),
      kill: () => undefined,
    });
    await expect(supervise(fake, { ...processes, start }).ended).rejects.toThrow(
      'cluster: processes end before they begin (exit code 1); printed at the end: Cannot find module',
    );
    expect(fake.unit('a')).toMatchObject({ status: 'waiting', deaths: 0 });
  });

  it('ends with what the database fails of, and its processes with it', async () => {
    const fake = sixUnits();
    const processes = scripted((message, { end }) => void (message.type === 'stop' && end()));
    const cluster = { ...fake.cluster, seen: () => Promise.reject(new Error('the server is gone')) };
    await expect(supervise({ ...fake, cluster }, processes).ended).rejects.toThrow('the server is gone');
    expect(processes.folders.filter((folder) => existsSync(folder))).toEqual([]);
  });
});
