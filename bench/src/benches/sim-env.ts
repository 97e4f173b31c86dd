import { usableCores } from '@unbraid/checks/node';
import { coroutineRing } from '@unbraid/papers/sim-env';
import { serveEnvs } from '@unbraid/sim-env/server';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { onBusyCores } from '../burners.ts';
import { type Contest, hold, type Peer } from '../contest.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import { type Row, rowOf } from '../row.ts';
import type { SideCommand } from '../side.ts';
import type { PensionTask, PpoTask, SimEnvTask } from '../tasks/sim-env.ts';

const SECONDS_OF_STEPS = 1;
/** Where the scheduler decides, the same steps may take thirty times as long in the next run. */
const SECONDS_WHEN_BUSY = 0.3;
/** Environments that step by one message. */
const BATCHES = [64, 256];
/** What they are in Python: Gymnasium's vector environment, and Stable-Baselines3's. */
const FORMS = ['VectorEnv', 'VecEnv'] as const;

const PENSION: Omit<PensionTask, 'episodes'> = {
  work: 'pension',
  episodeSteps: 2000,
  retirementAge: 67,
  // The insurer's own rule: a premium of 1,500 euros, a pension of 12,000.
  actions: [0.485, 0.62],
  checkout: process.env.UNBRAID_BPRL ?? null,
};

/** The defaults of Stable-Baselines3. */
const PPO: PpoTask = { envs: 8, rolloutSteps: 2048, batchSize: 64, epochs: 10, timesteps: 8 * 2048 };

/** Steps of environments a second: suspended in two ways and over the bridge, against the original Sim-Env and Gymnasium. */
export const simEnv: Benchmark = {
  name: 'sim-env',
  about: 'steps of environments a second, against the original Sim-Env in Python and Gymnasium’s CartPole',
  async run(options) {
    return [
      ...(await pension(options)),
      ...(await held({ row: 'least model, coroutine', ours: ourSide({ work: 'coroutine' }) }, 1e6, options)),
      ...(await held({ row: 'least model, blocking', ours: ourSide({ work: 'blocking' }) }, 3e5, options)),
      ...(await large(options)),
      ...(await busy(options)),
      ...(await batched(options)),
      ...(await learning(options)),
    ];
  },
};

async function pension({ runs, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = 'pension market, unchanged model in a thread';
  const original = peerSide('Sim-Env in Python', 'simenv_original.py', { ...PENSION, episodes: 1 }, 20);
  const ours = ourSide({ ...PENSION, episodes: 10 });
  return (await hold({ row, ours, peers: choice.of(row, [original]), runs })).flatMap(perSecond);
}

/** Bytes that are seen cost their copies: as many as Gymnasium's own environment in another process makes. */
async function large(options: BenchmarkOptions): Promise<Row[]> {
  const row = '100 kB observations, blocking';
  const elsewhere = peerSide('Gymnasium AsyncVectorEnv of one', 'gymnasium_screen.py', {}, null);
  return held({ row, ours: ourSide({ work: 'screen' }) }, 2000, options, 1, SECONDS_OF_STEPS, elsewhere);
}

/** Both threads share their cores with loops that never pause, as on a machine that others compute on; so does the peer. */
async function busy(options: BenchmarkOptions): Promise<Row[]> {
  const row = 'least model, blocking, busy: every core loaded';
  if (options.choice.of(row, [{ name: 'Gymnasium CartPole' }]).length === 0) return [];
  const ours = ourSide({ work: 'blocking' });
  return onBusyCores(usableCores(), () => held({ row, ours }, 1e5, options, 1, SECONDS_WHEN_BUSY));
}

async function batched(options: BenchmarkOptions): Promise<Row[]> {
  const { module, name } = coroutineRing.definition;
  const server = await serveEnvs({ modules: [module!], limits: { environments: Math.max(...BATCHES) } });
  const { url, token } = server;
  const rows: Row[] = [];
  try {
    for (const form of FORMS) {
      for (const count of BATCHES) {
        const row = `least model, batched from Python, ${form} of ${count}`;
        if (options.choice.of(row, [{ name: 'Gymnasium CartPole' }]).length === 0) continue;
        const task: SimEnvTask = { work: 'batched', form, url, token, env: `${name}-v0`, count };
        const ours = { name: 'unbraid_gym', program: python(), script: peerScript('unbraid_gym_batched.py'), task };
        rows.push(...(await held({ row, ours }, 3e5, options, count)));
      }
    }
    return rows;
  } finally {
    await server.close();
  }
}

/** PPO on CartPole, against Stable-Baselines3 with one of PyTorch's threads and with two, whichever is faster. */
async function learning({ runs, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = 'PPO, 8 CartPoles, 64-64 tanh, batch 64';
  const ours = { name: 'unbraid', program: process.execPath, script: ourScript('ppo'), task: PPO };
  const form = (threads: number) => peerSide('Stable-Baselines3', 'sb3_ppo.py', { ...PPO, threads }, 5);
  const peer = { name: 'Stable-Baselines3', forms: [form(1), form(2)] as const, triedSteps: 1 };
  return (await hold({ row, ours, peers: choice.of(row, [peer]), runs })).flatMap(perSecond);
}

/** Against CartPole, as many together, or another peer, and against a goal in steps a second. */
async function held(
  { row, ours }: Pick<Contest, 'row' | 'ours'>,
  goal: number,
  { runs, choice }: BenchmarkOptions,
  count = 1,
  secondsOfSteps = SECONDS_OF_STEPS,
  peer = peerSide('Gymnasium CartPole', 'gymnasium_cartpole.py', { count }, null),
): Promise<Row[]> {
  const peers = choice.of(row, [peer]);
  const rows = (await hold({ row, ours, peers, runs, secondsOfSteps })).flatMap(perSecond);
  return [...rows, ...rows.map((each) => goalRow(each, goal))];
}

const ourSide = (task: SimEnvTask): SideCommand => ({
  name: 'unbraid',
  program: process.execPath,
  script: ourScript('sim-env'),
  task,
});

const peerSide = (name: string, script: string, task: unknown, goal: number | null): Peer => ({
  name,
  program: python(),
  script: peerScript(script),
  goal,
  task,
});

/** A row of milliseconds a step as one of steps a second; rows of memory say nothing of environments this small. */
export function perSecond(row: Row): Row[] {
  if (row.unit !== 'ms') return [];
  const rate = (milliseconds: number) => 1000 / milliseconds;
  const { ours, theirs, samples } = row;
  return [
    {
      ...row,
      unit: 'steps/s',
      ours: rate(ours),
      theirs: theirs === null ? null : rate(theirs),
      ...(samples && { samples: { ours: samples.ours.map(rate), theirs: samples.theirs.map(rate) } }),
    },
  ];
}

/** The same figure against a number to reach. */
export function goalRow({ row, unit, ours, samples }: Row, goal: number): Row {
  const measured = rowOf({ row, peer: 'what is asked for', unit, goal: 1 }, 'higher', samples?.ours ?? [ours], [goal]);
  return { ...measured, samples: { ours: samples?.ours ?? [ours], theirs: [] } };
}
