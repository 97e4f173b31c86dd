import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { openCluster } from '@unbraid/cluster';
import { load, thisMachine } from './machine.ts';
import { type Measured, measure, quantile } from './queue/measure.ts';
import { VERSIONS } from './queue/protocol.ts';
import { simulate } from './queue/simulation.ts';

/**
 * What one database of runs can do: times of the requests of real workers, some at once, and what a thousand workers would get of it, by simulation. The database is
 * one of `unbraid queue init`; a run is entered there, and removed at the end.
 */

const USAGE =
  'usage: npm run bench:queue -- --on postgres://… [--workers 1,5,10,25,50] [--seconds 5] [--waiting 5000] [--bytes 10000] [--simulated 1000]';
const { values } = parseArgs({
  options: {
    on: { type: 'string' },
    workers: { type: 'string', default: '1,5,10,25,50' },
    seconds: { type: 'string', default: '5' },
    waiting: { type: 'string', default: '5000' },
    bytes: { type: 'string', default: '10000' },
    simulated: { type: 'string', default: '1000' },
  },
});
const { on: url } = values;
const counts = values.workers.split(',').map(Number);
const [seconds, waiting, bytes, simulated] = [values.seconds, values.waiting, values.bytes, values.simulated].map(
  Number,
) as [number, number, number, number];
if (url === undefined || [...counts, seconds, waiting, bytes, simulated].some((value) => !(value > 0))) {
  console.error(USAGE);
  process.exit(2);
}

/** Of a unit's work, in seconds. */
const DURATIONS = [0.1, 1, 5, 10, 60, 600];
const UNITS = 1_000_000;
/** Of a simulation: fewer units are simulated where each has many signs of life. */
const REQUESTS = 2_000_000;
/** Seconds between two signs of life of a unit: those of `unbraid worker`. */
const TOUCH = 3;

const milliseconds = (value: number) => (value * 1000).toFixed(1);

/** Enters a run whose units wait. */
async function offer(): Promise<{ id: string; perUnit: number }> {
  const cluster = await openCluster(url!);
  try {
    const config = {
      format: 2 as const,
      ...{ experiment: 'bench/queue', preset: 'short' as const, config: {}, seed: 0, overrides: {}, command: '' },
      ...{ started: new Date().toISOString(), versions: VERSIONS, fingerprint: randomUUID() },
      machine: { platform: process.platform, arch: process.arch, cpu: '', cores: 1, memory: 1 },
      about: { title: 'bench', paper: '', description: '', settings: [], summary: {} },
    };
    const { id } = await cluster.enterRun({ config: config as never, versions: VERSIONS, name: 'bench' });
    const began = performance.now();
    const keys = Array.from({ length: waiting }, (_, i) => `unit ${i}`);
    await cluster.offer(id, { group: 0, keys, before: [] });
    return { id, perUnit: (performance.now() - began) / 1000 / waiting };
  } finally {
    await cluster.close();
  }
}

async function remove(id: string): Promise<void> {
  const cluster = await openCluster(url!);
  await cluster.remove(id).finally(() => cluster.close());
}

function tell({ workers, unitsPerSecond, times, serverSeconds }: Measured): void {
  const of = (kind: keyof typeof times) =>
    `${milliseconds(quantile(times[kind], 0.5))} / ${milliseconds(quantile(times[kind], 0.99))}`;
  const server = serverSeconds === undefined ? '' : milliseconds(serverSeconds);
  console.log(
    `| ${workers} | ${unitsPerSecond.toFixed(0)} | ${of('take')} | ${of('touch')} | ${of('complete')} | ${server} |`,
  );
}

/** The database of the measurements: requests as of one worker, and as many servers as give the largest throughput measured. */
function tellSimulated(measured: readonly Measured[]): void {
  const alone = measured[0]!.times;
  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  const unit = mean(alone.take) + mean(alone.touch) + mean(alone.complete);
  const most = Math.max(...measured.map(({ unitsPerSecond }) => unitsPerSecond));
  const servers = Math.max(1, Math.round(most * unit));
  const scale = servers / (most * unit);
  const drawn = (list: readonly number[]) => () => list[Math.floor(Math.random() * list.length)]! * scale;
  const requests = { take: drawn(alone.take), touch: drawn(alone.touch), complete: drawn(alone.complete) };
  console.log(
    `\n${simulated} workers: ${servers} requests at once, times of one worker's times ${scale.toFixed(2)}, so that ${most.toFixed(0)} units a second are the most\n`,
  );
  console.log(
    '| work of a unit, s | units a second | of the ideal | waits for the database, ms, median / 99% | database busy | a million units, hours |',
  );
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const work of DURATIONS) {
    const units = Math.min(UNITS, Math.floor(REQUESTS / (2 + work / TOUCH)));
    const { unitsPerSecond, waitMedian, wait99, busy, working } = simulate({
      ...{ workers: simulated, units, seconds: work, touch: TOUCH, servers, requests, random: Math.random },
    });
    const hours = UNITS / unitsPerSecond / 3600;
    console.log(
      `| ${work} | ${unitsPerSecond.toFixed(1)} | ${(100 * working).toFixed(1)}% | ${milliseconds(waitMedian)} / ${milliseconds(wait99)} | ${(100 * busy).toFixed(0)}% | ${hours.toFixed(2)} |`,
    );
  }
}

const { cpu, cores, memoryGigabytes, system, node } = thisMachine();
console.log(
  `${cpu}, ${cores} cores, ${memoryGigabytes} GB, ${system}, Node ${node}, ${new Date().toISOString().slice(0, 10)}, load ${load()}`,
);
const { id, perUnit } = await offer();
try {
  console.log(
    `${waiting} units offered, ${milliseconds(perUnit)} ms each; ${bytes} bytes a result; server and workers on this machine\n`,
  );
  console.log(
    '| workers at once | units a second | take, ms, median / 99% | touch | complete | server computes, ms a unit |',
  );
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: |');
  const measured: Measured[] = [];
  for (const workers of counts) {
    const result = await measure({ url, workers, seconds, bytes });
    measured.push(result);
    tell(result);
  }
  tellSimulated(measured);
} finally {
  await remove(id);
}
