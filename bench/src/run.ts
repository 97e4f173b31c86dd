import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dynamicVae } from './benches/dynamic-vae.ts';
import { fineTune } from './benches/fine-tune.ts';
import { galu } from './benches/galu.ts';
import { galuMnist } from './benches/galu-mnist.ts';
import { gfgn } from './benches/gfgn.ts';
import { graph } from './benches/graph.ts';
import { lab } from './benches/lab/index.ts';
import { laperm } from './benches/laperm.ts';
import { learners } from './benches/learners.ts';
import { linearity } from './benches/linearity.ts';
import { simEnv } from './benches/sim-env.ts';
import { tables } from './benches/tables.ts';
import { units } from './benches/units.ts';
import type { Benchmark } from './benchmark.ts';
import { choose } from './choice.ts';
import { load, thisMachine } from './machine.ts';
import { RESULTS } from './paths.ts';
import { progress } from './progress.ts';
import { type Result, tableWithWarning, warningOf, writeResult } from './report.ts';
import { putTogether } from './together.ts';

const BENCHMARKS: readonly Benchmark[] = [
  graph,
  galu,
  galuMnist,
  laperm,
  dynamicVae,
  linearity,
  simEnv,
  learners,
  gfgn,
  fineTune,
  tables,
  units,
  lab,
];
const RUNS = 5;
const ONLY = '  --only: the rows whose name and peer have every word of the text, such as --only "20-64-2 JAX"';
const TOGETHER = '  --together: one result of those that --only gave, without measuring; for tables';

process.exitCode = await main(process.argv.slice(2));

/** Runs the benchmark that the arguments name; 0 done, 1 failed, 2 bad usage. */
async function main(args: readonly string[]): Promise<number> {
  const request = parse(args);
  if (typeof request === 'string') {
    console.error(`${request}\n${usage()}`);
    return 2;
  }
  try {
    const result = await (request.together ? putTogether(request.benchmark, RESULTS) : measure(request));
    await writeResult(RESULTS, result);
    console.log(request.json ? JSON.stringify(result) : tableWithWarning(result));
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

interface BenchRequest {
  readonly benchmark: Benchmark;
  readonly json: boolean;
  readonly runs: number;
  readonly only: string | undefined;
  /** Of results of parts, instead of measuring. */
  readonly together: boolean;
}

async function measure({ benchmark, runs, only }: BenchRequest): Promise<Result> {
  const { name } = benchmark;
  const before = load();
  const warning = warningOf({ before, after: null });
  if (warning !== undefined) progress(warning);
  const folder = await mkdtemp(join(tmpdir(), 'unbraid-bench-'));
  try {
    const date = new Date().toISOString();
    const choice = choose(only);
    const rows = await benchmark.run({ runs, folder, choice });
    if (rows.length === 0) {
      const offered = choice.offered().map((row) => `  ${row}`);
      throw new Error([`bench: ${name} measured no row with "${only ?? ''}"; its rows are`, ...offered].join('\n'));
    }
    const machine = thisMachine();
    const told = { ...(only !== undefined && { only }), ...(runs !== RUNS && { runs }) };
    return { name, ...told, machine, date, load: { before, after: load() }, rows };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The request, or what is wrong with the arguments. */
function parse(args: readonly string[]): BenchRequest | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        runs: { type: 'string', default: String(RUNS) },
        only: { type: 'string' },
        together: { type: 'boolean', default: false },
      },
    });
    const [name, ...rest] = positionals;
    const benchmark = BENCHMARKS.find((each) => each.name === name);
    if (!benchmark) return name === undefined ? 'bench: no benchmark named' : `bench: there is no benchmark "${name}"`;
    if (rest.length > 0) return `bench: one benchmark at a time, got also ${rest.join(' ')}`;
    const runs = Number(values.runs);
    if (!(Number.isInteger(runs) && runs > 0)) return `bench: --runs is "${values.runs}", not a positive integer`;
    return { benchmark, runs, only: values.only, json: values.json, together: values.together };
  } catch (error) {
    return `bench: ${(error as Error).message}`;
  }
}

function usage(): string {
  const width = Math.max(...BENCHMARKS.map(({ name }) => name.length));
  const lines = BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
  return ['usage: npm run bench -- NAME [--json] [--runs N] [--only TEXT] [--together]', ...lines, ONLY, TOGETHER].join(
    '\n',
  );
}
