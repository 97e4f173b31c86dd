import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Experiment, startRun } from '@unbraid/experiment';
import type { UnitExecutor } from '@unbraid/experiment/workers';
import { createRandom } from '@unbraid/kernels';
import type * as node from '@unbraid/sim-env/node';
import { expect, it, vi } from 'vitest';
import { withoutTimes } from '../../experiment/test/without-times.ts';
import { workersHere } from '../../experiment/test/workers-here.ts';
import { registry } from '../src/registry.ts';

// Threads load what is built, and have to resolve packages to that; this process, under vitest, resolves them to their source.
vi.mock(import('@unbraid/sim-env/node'), async (original) => {
  const actual = await original();
  return { ...actual, blocking: (options?: node.BlockingOptions) => actual.blocking({ execArgv: [], ...options }) };
});

const jsonOf = (text: string) => JSON.stringify(withoutTimes(JSON.parse(text)));

/** What a run puts out, but for times: its files by name. */
async function filesOf(experiment: Experiment, executor?: UnitExecutor): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-cli-'));
  try {
    const directory = join(folder, 'run');
    const how = { preset: 'smoke', seed: 5, directory, ...(executor && { executor }) } as const;
    expect((await startRun(experiment, how)).status).toBe('done');
    const read = (name: string) => readFileSync(join(directory, name), 'latin1');
    const drawn = ['figures', 'artifacts']
      .filter((name) => existsSync(join(directory, name)))
      .flatMap((name) => readdirSync(join(directory, name)).map((file) => join(name, file)));
    return {
      metrics: read('metrics.jsonl').trim().split('\n').filter(Boolean).map(jsonOf).join('\n'),
      outputs: jsonOf(read('outputs.json')),
      summary: jsonOf(read('summary.json')),
      ...Object.fromEntries(drawn.sort().map((name) => [name, read(name)])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lines, or elements of drawings, of one text that aren't in the other at that place. */
function differing(text: string, other: string): string[] {
  const [parts, others] = [text, other].map((each) => each.split(/\n|(?=<)/)) as [string[], string[]];
  return parts.length === others.length
    ? parts.filter((part, i) => part !== others[i]).slice(0, 3)
    : [`${parts.length} lines or elements in the place of ${others.length}`];
}

/** Where each unit is given to the other of two workers, in a random order. */
function shuffled(experiment: Experiment) {
  const given: string[] = [];
  const order = (keys: readonly string[]) => {
    const mixed = Array.from(createRandom(7).permutation(keys.length), (at) => keys[at]!);
    given.push(...mixed);
    return mixed;
  };
  return { executor: workersHere(2, experiment, { order, inTurn: true }), given };
}

const experiments = await registry.list();

it('says of the only experiment that measures time that it does', () => {
  expect(experiments.filter(({ timing }) => timing).map(({ name }) => name)).toEqual(['sim-env/throughput']);
});

it.each(experiments.filter(({ timing }) => !timing).map((experiment) => [experiment.name, experiment] as const))(
  '%s gives the same files whoever does its units',
  async (_, experiment) => {
    const { executor, given } = shuffled(experiment);
    const elsewhere = await filesOf(experiment, executor);
    expect(given.length).toBeGreaterThan(0);
    const here = await filesOf(experiment);
    expect(Object.keys(here).length).toBeGreaterThan(3);
    expect(Object.keys(elsewhere)).toEqual(Object.keys(here));
    // Only the first lines that differ: whole drawings are long.
    for (const [name, text] of Object.entries(here))
      expect(differing(elsewhere[name]!, text), `${experiment.name}: ${name}`).toEqual([]);
  },
  120_000,
);
