import { readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { defineExperiment, type Experiment, resumeRun, startRun } from '@unbraid/experiment';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { fileWithoutTimes } from '../../experiment/test/without-times.ts';
import { type Cluster, clusterExecutor, initCluster, openCluster } from '../src/index.ts';
import { temporaryFolder } from './folders.ts';
import { findPostgres, NEEDS_POSTGRES, startPostgres, type TestPostgres } from './postgres.ts';
import { workHere } from './work-here.ts';

/** Two groups, each behind a sequential unit, whose units log, draw and write. */
const grouped = defineExperiment({
  name: 'test/grouped',
  title: 'Groups',
  paper: 'none',
  description: 'Squares numbers.',
  settings: z.object({
    items: z.int().min(0).default(6).describe('Units of each group'),
    failing: z.int().default(-1).describe('The unit that fails'),
  }),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { total: 'Sum of all' },
  async run({ settings, log, unit, units, artifact, table }) {
    const base = await unit('base', async () => Float64Array.of(3, 4));
    const numbers = Array.from({ length: settings.items }, (_, i) => i);
    const squares = await units(
      numbers,
      (i) => `square ${i}`,
      async (i) => {
        log({ square: i });
        if (i === settings.failing) throw new RangeError('galu: X has 3 NaN values');
        if (i === 1) table('of-a-unit', { title: 'Of a unit', columns: ['i'], rows: [[i]] });
        await artifact(`file-${i}.bin`, Uint8Array.of(i));
        return base[0]! * i * i;
      },
    );
    const sum = await unit('sum', async () => squares.reduce((a, b) => a + b, 0));
    const cubes = await units(
      numbers,
      (i) => `cube ${i}`,
      async (i) => {
        log({ cube: i });
        return i ** 3 + sum;
      },
    );
    return { total: cubes.reduce((a, b) => a + b, 0) };
  },
}) as unknown as Experiment;

function contentOf(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/state\.json|config\.json|report\.html|checkpoints/.test(path));
  return Object.fromEntries(
    files.map((file): [string, string] => [
      file.slice(directory.length),
      fileWithoutTimes(file, readFileSync(file, 'latin1')),
    ]),
  );
}

const bin = findPostgres();
if (bin === undefined) {
  describe('a run in a cluster', () => it.skip(NEEDS_POSTGRES, () => undefined));
} else {
  describe('a run in a cluster', () => {
    let server: TestPostgres;
    let url: string;
    let cluster: Cluster;
    beforeAll(async () => {
      server = await startPostgres(bin);
      url = await server.createDatabase();
      await initCluster(url);
      cluster = await openCluster(url);
    }, 60_000);
    afterAll(async () => {
      await cluster?.close();
      await server?.stop();
    });

    /** Ends, with what they are at, before the test does. */
    function withWorkers(count: number): void {
      const end = new AbortController();
      const workers = Array.from({ length: count }, async () => {
        const own = await openCluster(url);
        await workHere(own, grouped, end.signal);
        await own.close();
      });
      onTestFinished(async () => {
        end.abort();
        await Promise.all(workers);
      });
    }
    const executor = clusterExecutor;
    const directoryHere = () => join(temporaryFolder(), 'run');
    async function alone(): Promise<Record<string, string>> {
      const directory = directoryHere();
      await startRun(grouped, { directory });
      return contentOf(directory);
    }

    it('gives the files of one in a process, and is done', async () => {
      withWorkers(3);
      const directory = directoryHere();
      const outcome = await startRun(grouped, { directory, executor: executor(cluster) });
      expect(outcome).toMatchObject({ status: 'done', summary: { total: 6 * 165 + 225 } });
      expect(contentOf(directory)).toEqual(await alone());
      const { fingerprint } = outcome.config;
      expect(await cluster.findRun(fingerprint!)).toMatchObject({
        status: 'done',
        name: 'run',
        config: outcome.config,
      });
    });

    it('goes on through restarts of Postgres', async () => {
      withWorkers(2);
      const directory = directoryHere();
      const running = startRun(grouped, { directory, overrides: { items: 40 }, executor: executor(cluster) });
      for (let i = 0; i < 3; i++) {
        await pause(150);
        await server.restart('immediate');
      }
      const { status } = await running;
      expect(status).toBe('done');
      const single = directoryHere();
      await startRun(grouped, { directory: single, overrides: { items: 40 } });
      expect(contentOf(directory)).toEqual(contentOf(single));
    });

    it('stops its units when it is interrupted, and goes on where it was when it is resumed', async () => {
      const directory = directoryHere();
      const interrupted = new AbortController();
      const notes: string[] = [];
      const hooks = { signal: interrupted.signal, onNote: (note: string) => void notes.push(note) };
      const running = startRun(grouped, { directory, hooks, executor: executor(cluster) });
      while (notes.length === 0) await pause(20);
      expect(notes[0]).toMatch(
        /^no worker with node 20, unbraid .* is at postgres:\/\/unbraid@127.*; start some: unbraid worker --on postgres:/,
      );
      interrupted.abort();
      const outcome = await running;
      expect(outcome.status).toBe('interrupted');
      expect(await cluster.findRun(outcome.config.fingerprint!)).toMatchObject({ status: 'cancelled' });
      withWorkers(2);
      const again = await resumeRun(directory, async () => grouped, { executor: executor(cluster) });
      expect(again.status).toBe('done');
      expect(contentOf(directory)).toEqual(await alone());
    });

    it('goes on without its coordinator when that detaches, group by group', async () => {
      withWorkers(2);
      const directory = directoryHere();
      let sessions = 0;
      for (let status = ''; status !== 'done'; sessions++) {
        const interrupted = new AbortController();
        const detach = () => interrupted.abort();
        const options = { hooks: { signal: interrupted.signal }, executor: executor(cluster, { detach }) };
        const outcome = await (sessions === 0
          ? startRun(grouped, { directory, ...options })
          : resumeRun(directory, async () => grouped, options));
        status = outcome.status;
        const found = await cluster.findRun(outcome.config.fingerprint!);
        expect(found?.status).toBe(status === 'done' ? 'done' : 'offered');
        while (status !== 'done') {
          const { runs } = await cluster.status();
          const { units } = runs.find(({ id }) => id === found!.id)!;
          if (units.total === units.done) break;
          await pause(50);
        }
      }
      // One for each group, and the last.
      expect(sessions).toBe(3);
      expect(contentOf(directory)).toEqual(await alone());
    });

    it('fails with what a unit failed of', async () => {
      withWorkers(2);
      const directory = directoryHere();
      const running = startRun(grouped, { directory, overrides: { failing: 3 }, executor: executor(cluster) });
      await expect(running).rejects.toThrow(/^galu: X has 3 NaN values$/);
      const { runs } = await cluster.status();
      expect(runs.at(-1)).toMatchObject({ status: 'failed', error: 'galu: X has 3 NaN values' });
    });

    it('asks again for a result whose file was damaged', async () => {
      withWorkers(2);
      const directory = directoryHere();
      const interrupted = new AbortController();
      const stopping: Experiment = {
        ...grouped,
        run: (context) => {
          const unit: typeof context.unit = (key, work) => {
            // Behind the first group.
            if (key === 'sum') interrupted.abort();
            return context.unit(key, work);
          };
          return grouped.run({ ...context, unit });
        },
      };
      await startRun(stopping, { directory, hooks: { signal: interrupted.signal }, executor: executor(cluster) });
      const folder = join(directory, 'checkpoints');
      const files = readdirSync(folder).filter((name) => name.includes('square'));
      expect(files).toHaveLength(6);
      await writeFile(join(folder, files[2]!), 'damaged');
      await rm(join(folder, files[4]!));
      const again = await resumeRun(directory, async () => grouped, { executor: executor(cluster) });
      expect(again.status).toBe('done');
      expect(contentOf(directory)).toEqual(await alone());
    });
  });
}
