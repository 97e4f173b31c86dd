import { defineExperiment } from '@unbraid/experiment';
import { type Discrete, type Env, runWithAgent } from '@unbraid/sim-env';
import { blocking } from '@unbraid/sim-env/node';
import { z } from 'zod';
import { BRIDGED, bridgeStepsPerSecond } from './bridge-rate.ts';
import { coroutineRing, plainRing } from './ring.ts';

const settings = z.object({
  seconds: z.number().positive().max(60).default(3).describe('How long each way is measured, at least'),
  runs: z.int().min(1).default(5).describe('Measurements of each way; the fastest counts, the others were disturbed'),
});

/** One way to step an environment: its key in the summary and how to measure it. */
interface Way {
  readonly key: string;
  readonly name: string;
  /** Steps a second, measured for at least so many seconds. */
  measure(seconds: number): number | Promise<number>;
}

const ways: readonly Way[] = [
  { key: 'coroutineStepsPerSecond', name: 'coroutine', measure: (seconds) => stepsPerSecond(coroutineRing(), seconds) },
  {
    key: 'blockingStepsPerSecond',
    name: 'blocking',
    measure: (seconds) => stepsPerSecond(plainRing({ suspension: blocking() }), seconds),
  },
  { key: 'directStepsPerSecond', name: 'agent called directly', measure: directStepsPerSecond },
  { key: 'bridgeStepsPerSecond', name: `bridge, ${BRIDGED} at a time`, measure: bridgeStepsPerSecond },
];

export const throughput = defineExperiment({
  name: 'sim-env/throughput',
  title: 'Steps a second of environments by how their model is suspended',
  paper: 'arXiv 2102.09824',
  timing: true,
  description:
    'Steps the least model there is, a walk around a ring: as a coroutine, as a plain model blocked in a thread of its own, and with the agent called ' +
    'directly by the model, and over the bridge that Python uses. Observations, rewards and actions are checked, as they are by default. ' +
    'As these are times, one process measures them, one after another.',
  settings,
  presets: { smoke: { seconds: 0.2, runs: 2 }, short: { seconds: 1, runs: 3 }, full: {} },
  metrics: {
    stepsPerSecond: { description: 'Steps that a measurement made in a second', unit: '1/s', x: 'run', by: ['way'] },
  },
  summary: {
    coroutineStepsPerSecond: 'Steps a second where the model is a generator',
    blockingStepsPerSecond: 'Steps a second where the unchanged, synchronous model blocks in a thread',
    directStepsPerSecond: 'Decisions a second where the model calls the agent, without suspension',
    bridgeStepsPerSecond: `Steps a second of ${BRIDGED} coroutine environments together, over a WebSocket on this machine`,
  },
  async run({ settings: { seconds, runs }, unit, progress, log, table }) {
    const rates: Record<string, number> = {};
    for (const [i, { key, name, measure }] of ways.entries()) {
      rates[key] = await unit(key, async () => {
        const measured: number[] = [];
        for (let run = 0; run < runs; run++) {
          const rate = await measure(seconds);
          log({ way: name, run, stepsPerSecond: rate });
          progress({ done: i * runs + run + 1, total: ways.length * runs, label: 'measurements', detail: name });
          measured.push(rate);
        }
        return Math.max(...measured);
      });
    }
    table('rates', {
      title: 'Steps a second',
      columns: ['way', 'steps a second', 'microseconds a step'],
      rows: ways.map(({ key, name }) => [name, Math.round(rates[key]!), (1e6 / rates[key]!).toFixed(2)]),
    });
    return rates;
  },
});

/** Looking at the clock costs more than a step, so it is done once in so many. */
const BATCH = 5000;

function stepsPerSecond(env: Env<Discrete, Discrete>, seconds: number): number {
  env.reset({ seed: 1 });
  try {
    let [steps, milliseconds] = [0, 0];
    const begin = performance.now();
    while (milliseconds < 1000 * seconds) {
      for (let i = 0; i < BATCH; i++) env.step(i & 1);
      steps += BATCH;
      milliseconds = performance.now() - begin;
    }
    return (1000 * steps) / milliseconds;
  } finally {
    env.close();
  }
}

function directStepsPerSecond(seconds: number): number {
  const begin = performance.now();
  let [steps, milliseconds] = [0, 0];
  while (milliseconds < 1000 * seconds) {
    const options = { seed: 1, maxEpisodeSteps: 20 * BATCH };
    steps += runWithAgent(plainRing.definition, (observation) => observation & 1, options).steps;
    milliseconds = performance.now() - begin;
  }
  return (1000 * steps) / milliseconds;
}
