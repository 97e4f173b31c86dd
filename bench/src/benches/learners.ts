import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { hold, type Peer } from '../contest.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import type { Row } from '../row.ts';
import type { LearnersTask } from '../tasks/learners.ts';
import { perSecond } from './sim-env.ts';

const DQN: LearnersTask = { learner: 'dqn', timesteps: 4096, begun: 1024 };
const SAC: LearnersTask = { learner: 'sac', timesteps: 300, begun: 120 };

/** Steps a second of learners from replay, against Stable-Baselines3 with one of PyTorch's threads and with two, whichever is faster. */
export const learners: Benchmark = {
  name: 'learners',
  about: 'steps a second of DQN on CartPole and SAC on Pendulum, against Stable-Baselines3',
  async run(options) {
    return [
      ...(await contest('DQN, CartPole, 256-256, batch 64, 128 batches for 256 steps', DQN, options)),
      ...(await contest('SAC, Pendulum, 256-256, batch 256, a batch a step', SAC, options)),
    ];
  },
};

async function contest(row: string, task: LearnersTask, { runs, choice }: BenchmarkOptions): Promise<Row[]> {
  const ours = { name: 'unbraid', program: process.execPath, script: ourScript('learners'), task };
  const form = (threads: number): Peer => ({
    name: 'Stable-Baselines3',
    program: python(),
    script: peerScript('sb3_learners.py'),
    goal: null,
    task: { ...task, threads },
  });
  const peer = { name: 'Stable-Baselines3', forms: [form(1), form(2)] as const, triedSteps: 1 };
  return (await hold({ row, ours, peers: choice.of(row, [peer]), runs })).flatMap(perSecond);
}
