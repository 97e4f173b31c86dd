import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { ourScript } from '../paths.ts';
import { progress } from '../progress.ts';
import { limitRow, type Row, type RowLabel, rowOf } from '../row.ts';
import type { UnitsOutcome, UnitsTask } from '../tasks/units.ts';

/** Some 30 ms of work. */
const SHORT: UnitsTask = { units: 200, sines: 1_200_000, workers: 1 };
const TINY: UnitsTask = { units: 1000, sines: 1, workers: 2 };
const MANY = 10_000;
const ONE = 'one worker';

/** Independent units of a run: two workers against one, and what a unit costs the process that holds the run. */
export const units: Benchmark = {
  name: 'units',
  about:
    'independent units of a run in workers of this machine: two against one; memory and time of the process that holds the run',
  run: async (options) => [...(await throughput(options)), ...(await many(options))],
};

async function throughput({ runs, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = `${SHORT.units} short units, 2 workers`;
  if (choice.of(row, [{ name: ONE }]).length === 0) return [];
  const [two, one]: [UnitsOutcome[], UnitsOutcome[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    two.push(await outcomeOf({ ...SHORT, workers: 2 }));
    one.push(await outcomeOf(SHORT));
  }
  const totals = new Set([...two, ...one].map(({ total }) => total));
  if (totals.size > 1) throw new Error(`bench: the sums of one worker and of two differ: ${[...totals].join(', ')}`);
  const label = (name: string, unit: string, goal: number | null): RowLabel => ({ row: name, peer: ONE, unit, goal });
  const [rate, seconds] = [(each: UnitsOutcome) => each.rate, (each: UnitsOutcome) => each.seconds];
  return [
    rowOf(label(row, 'units/s', 1.8), 'higher', two.map(rate), one.map(rate)),
    rowOf(label(`${row}: the whole run`, 's', null), 'lower', two.map(seconds), one.map(seconds)),
  ];
}

async function many({ runs, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = `${MANY.toLocaleString('en-US')} units of no work, 2 workers`;
  const peer = `${TINY.units.toLocaleString('en-US')} of them`;
  if (choice.of(row, [{ name: peer }]).length === 0) return [];
  const [all, few]: [UnitsOutcome[], UnitsOutcome[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    all.push(await outcomeOf({ ...TINY, units: MANY }));
    few.push(await outcomeOf(TINY));
  }
  const memory = (each: UnitsOutcome) => each.peakMegabytes;
  const asked = (name: string): RowLabel => ({
    row: `${row}: ${name}`,
    peer: 'what is asked for',
    unit: 'ms',
    goal: 1,
  });
  return [
    rowOf({ row: `${row}: peak memory`, peer, unit: 'MB', goal: 0.9 }, 'lower', all.map(memory), few.map(memory)),
    limitRow(
      asked('time of a unit'),
      15,
      all.map(({ rate }) => 1000 / rate),
    ),
    limitRow(
      asked('processor time of a unit in the run’s own process'),
      15,
      all.map((each) => each.processorMilliseconds),
    ),
  ];
}

async function outcomeOf(task: UnitsTask): Promise<UnitsOutcome> {
  progress(`units: ${task.units} of ${task.sines} sines, ${task.workers} workers`);
  const args = [ourScript('units'), JSON.stringify(task)];
  // Each worker has one thread, so that none takes the other's.
  const env = { ...process.env, UNBRAID_THREADS: '1' };
  return JSON.parse((await promisify(execFile)(process.execPath, args, { env })).stdout);
}
