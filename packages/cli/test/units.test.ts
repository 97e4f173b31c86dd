import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Experiment, startRun } from '@unbraid/experiment';
import type { UnitExecutor } from '@unbraid/experiment/workers';
import { createRandom } from '@unbraid/kernels';
import type * as node from '@unbraid/sim-env/node';
import { describe, expect, it, vi } from 'vitest';
import { fileWithoutTimes, withoutTimes } from '../../experiment/test/without-times.ts';
import { workersHere } from '../../experiment/test/workers-here.ts';
import { fitExperiment } from '../src/fit/methods.ts';
import { hashOfFile } from '../src/hash.ts';
import { registry } from '../src/registry.ts';
import { temporaryFolder } from './folders.ts';

// Threads load what is built, and have to resolve packages to that; this process, under vitest, resolves them to their source.
vi.mock(import('@unbraid/sim-env/node'), async (original) => {
  const actual = await original();
  return { ...actual, blocking: (options?: node.BlockingOptions) => actual.blocking({ execArgv: [], ...options }) };
});

const jsonOf = (text: string) => JSON.stringify(withoutTimes(JSON.parse(text)));

/** What a run puts out, but for times: its files by name. */
async function filesOf(
  experiment: Experiment,
  executor?: UnitExecutor,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-cli-'));
  try {
    const directory = join(folder, 'run');
    const how = { preset: 'smoke', seed: 5, directory, overrides, ...(executor && { executor }) } as const;
    expect((await startRun(experiment, how)).status).toBe('done');
    const read = (name: string) => readFileSync(join(directory, name), 'latin1');
    const drawn = ['figures', 'artifacts']
      .filter((name) => existsSync(join(directory, name)))
      .flatMap((name) => readdirSync(join(directory, name)).map((file) => join(name, file)));
    return {
      metrics: read('metrics.jsonl').trim().split('\n').filter(Boolean).map(jsonOf).join('\n'),
      units: fileWithoutTimes('timeline.jsonl', read('timeline.jsonl')),
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

async function expectSame(experiment: Experiment, overrides = {}): Promise<void> {
  const { executor, given } = shuffled(experiment);
  const elsewhere = await filesOf(experiment, executor, overrides);
  expect(given.length).toBeGreaterThan(0);
  const here = await filesOf(experiment, undefined, overrides);
  expect(Object.keys(here).length).toBeGreaterThan(3);
  expectExplained(experiment, here.metrics!);
  expect(Object.keys(elsewhere)).toEqual(Object.keys(here));
  // Only the first lines that differ: whole drawings are long.
  for (const [name, text] of Object.entries(here))
    expect(differing(elsewhere[name]!, text), `${experiment.name}: ${name}`).toEqual([]);
}

/** Every column of a run's lines is one that the experiment explains, or one by which it says that curves are drawn or told apart; and these are there. */
function expectExplained({ name: experiment, metrics = {} }: Experiment, lines: string): void {
  const records = lines
    .split('\n')
    .filter(Boolean)
    .map((line): object => JSON.parse(line));
  const known = Object.entries(metrics).flatMap(([name, { x, by = [] }]) => [
    name,
    ...(x === undefined ? [] : [x]),
    ...by,
  ]);
  const unknown = records.flatMap((record) =>
    Object.entries(record).filter(([key, value]) => typeof value === 'number' && !known.includes(key)),
  );
  expect(unknown, experiment).toEqual([]);
  for (const [name, { x, by = [] }] of Object.entries(metrics)) {
    const own = records.filter((record) => name in record);
    if (own.length > 0)
      expect(
        own.some((record) => x === undefined || x in record),
        `${experiment}: ${name}`,
      ).toBe(true);
    for (const record of own)
      expect(Object.keys(record), `${experiment}: ${name}`).toEqual(expect.arrayContaining([...by]));
  }
}

/** These take tens of seconds, and are left to `npm run test:cluster`. */
const long = [
  'galu/compare',
  'galu/deep',
  'galu/generalize',
  'laperm/agnostic',
  'dynamic-vae/decouple',
  'dynamic-vae/controllers',
  'sim-env/learners',
];
const isWhole = process.env.UNBRAID_CLUSTER === 'all';
const tried = experiments.filter(({ name, timing }) => !timing && (isWhole || !long.includes(name)));

it.each(tried.map((experiment) => [experiment.name, experiment] as const))(
  '%s gives the same files whoever does its units',
  (_, experiment) => expectSame(experiment),
  120_000,
);

describe('fits give the same files whoever does their units:', () => {
  const random = createRandom(3);
  const numbers = Array.from({ length: 120 }, () => [random.next() - 0.5, random.next() - 0.5] as const);
  const kindOf = (i: number) => (numbers[i]![0] * numbers[i]![1] > 0 ? 'yes' : 'no');

  it('of a table', async () => {
    const data = join(temporaryFolder(), 'table.csv');
    writeFileSync(data, ['a,b,kind', ...numbers.map(([a, b], i) => `${a},${b},${kindOf(i)}`)].join('\n'));
    const about = { data, dataSha256: await hashOfFile(data), target: 'kind', folds: 2, steps: 60 };
    await expectSame(await fitExperiment('fit/laperm'), { ...about, hidden: [8], rates: [0.01, 0.003], periods: [5] });
    await expectSame(await fitExperiment('fit/galu'), { data, dataSha256: about.dataSha256, target: 'kind', folds: 2 });
  }, 120_000);

  it('of a graph', async () => {
    const folder = temporaryFolder();
    const [nodes, edges] = [join(folder, 'nodes.csv'), join(folder, 'edges.csv')];
    writeFileSync(nodes, ['a,b,kind', ...numbers.map(([a, b], i) => `${a},${b},${kindOf(i)}`)].join('\n'));
    const pairs = Array.from({ length: 300 }, () => [random.int(120), random.int(120)] as const);
    writeFileSync(edges, ['from,to', ...pairs.filter(([i, j]) => i !== j).map((pair) => pair.join(','))].join('\n'));
    const files = { nodes, nodesSha256: await hashOfFile(nodes), edges, edgesSha256: await hashOfFile(edges) };
    await expectSame(await fitExperiment('fit/gfgn'), { ...files, target: 'kind', candidates: 2, epochs: 10 });
  }, 120_000);
});
