import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkExperiment, startRun } from '@unbraid/experiment';
import type * as node from '@unbraid/sim-env/node';
import type * as server from '@unbraid/sim-env/server';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { evaluationStarts } from './evaluation-starts.ts';
import { experiments } from './index.ts';
import { learners } from './learners.ts';
import { pension } from './pension.ts';
import { referenceReturns } from './reference-returns.ts';
import { throughput } from './throughput.ts';

// Threads load what is built, and have to resolve packages to that; this process, under vitest, resolves them to their source.
vi.mock(import('@unbraid/sim-env/node'), async (original) => {
  const actual = await original();
  return { ...actual, blocking: (options?: node.BlockingOptions) => actual.blocking({ execArgv: [], ...options }) };
});
vi.mock(import('@unbraid/sim-env/server'), async (original) => {
  const actual = await original();
  return { ...actual, serveEnvs: (options: server.ServeOptions) => actual.serveEnvs({ execArgv: [], ...options }) };
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sim-env-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('defines its experiments well', () => {
  for (const experiment of experiments) expect(() => checkExperiment(experiment)).not.toThrow();
});

async function summaryOf(outcome: ReturnType<typeof startRun>) {
  const finished = await outcome;
  if (finished.status !== 'done') throw new Error('the run was interrupted');
  return finished.summary;
}

it('gives the same numbers for the same seed, with the model in threads', async () => {
  const run = (name: string) =>
    summaryOf(
      startRun(pension, {
        preset: 'smoke',
        overrides: { episodes: 20, maxSteps: 100, evaluations: 2 },
        directory: join(folder, name),
        command: 'test',
        versions: {},
      }),
    );
  const summary = await run('first');
  expect(Object.keys(summary).sort()).toEqual(Object.keys(pension.summary).sort());
  // The rule stays solvent for longer than this: 1 for each of 100 contacts.
  expect(summary.ruleReturn).toBe(100);
  expect(await run('second')).toEqual(summary);
});

it('measures the rates of all ways to step', async () => {
  const summary = await summaryOf(
    startRun(throughput, {
      preset: 'smoke',
      overrides: { seconds: 0.05, runs: 1 },
      directory: join(folder, 'throughput'),
      command: 'test',
      versions: {},
    }),
  );
  for (const key of Object.keys(throughput.summary)) expect(summary[key], key).toBeGreaterThan(0);
});

it('learns by every kind of learner, and shows what it learnt beside the reference', async () => {
  const directory = join(folder, 'learners');
  const summary = await summaryOf(
    startRun(learners, {
      preset: 'smoke',
      overrides: { learners: ['PPO CartPole', 'DQN Pension', 'SAC Pendulum'], seeds: 2, share: 0.005, evaluations: 1 },
      directory,
      command: 'test',
      versions: {},
    }),
  );
  for (const name of ['ppoCartPole', 'dqnPension', 'sacPendulum'])
    expect(Number.isFinite(summary[`${name}Return`])).toBe(true);
  expect(summary['dqnPensionSteps/s']).toBeGreaterThan(0);
  for (const figure of ['learning-Pension.svg', 'learning-Pendulum.svg'])
    expect(existsSync(join(directory, 'figures', figure))).toBe(true);
});

it('compares with what the scripts in Python wrote', () => {
  const kept = ['sb3-returns', 'sb3-replay-returns'].map((name) => {
    const url = new URL(`../../../learners/test/fixtures/${name}.json`, import.meta.url);
    return JSON.parse(readFileSync(url, 'utf8')) as Record<string, { readonly returns: readonly number[] }>;
  });
  const all = Object.assign({}, ...kept) as (typeof kept)[number];
  for (const [name, returns] of Object.entries(referenceReturns)) {
    const [learner, environment] = name.split(' ') as [string, string];
    const written = all[`${learner.toLowerCase()}-${environment}`]!.returns;
    expect(returns).toEqual(written.map((each) => expect.closeTo(each, 1)));
  }
  expect(evaluationStarts).toEqual(all.starts);
});
