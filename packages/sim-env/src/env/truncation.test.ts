import { expect, it, onTestFinished } from 'vitest';
import { blocking } from '../../test/built-blocking.ts';
import { plainWalker } from '../../test/fixtures/plain-walker.js';
import {
  checkEnv,
  createQAgent,
  createRandom,
  definePerspective,
  discrete,
  discretizeDiscrete,
  type Final,
  generateAsyncEnv,
  generateEnv,
  generateParallelEnv,
  generateTurnEnv,
  learnEpisode,
  learnRun,
  makeStep,
  playEpisode,
  runAsyncWithAgent,
  runOwnRule,
  runWithAgent,
  timeLimit,
  together,
  vectorEnv,
} from '../index.ts';

const DAYS = 5;
const NAMES = ['ann', 'bob'];
/** How the days end, which is where a test says otherwise. */
const horizon = (worker: Worker): Final<number> => ({ observation: worker.day, reward: 1, truncated: true });

class Worker {
  day = 0;
  readonly name: string;
  constructor(name = 'ann') {
    this.name = name;
  }
  reset(): void {
    this.day = 0;
  }
  *run(): Generator<unknown, void, unknown> {
    for (; this.day < DAYS; this.day++) yield* this.decide(this.day);
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *decide(_day: number): Generator<unknown, number, unknown> {
    return 0;
  }
}

const working = (name: string, final: (simulation: never, agent: string) => Final<number> = horizon as never) =>
  definePerspective({
    name,
    observationSpace: discrete(DAYS + 1),
    actionSpace: discrete(2),
    observation: (_: Worker, day: number) => day,
    action: (action: number) => action,
    reward: () => 1,
    final,
  });

function ending(name: string, final?: (simulation: never, agent: string) => Final<number>) {
  const decision = working(name, final);
  makeStep(Worker.prototype, 'decide', decision);
  return { name, simulation: () => new Worker(), decision };
}

const definition = ending('working');
const factory = generateEnv(definition);
const LAST = [DAYS, 1, false, true, {}];

function lastStep(env: ReturnType<typeof factory>) {
  env.reset({ seed: 1 });
  let step = env.step(0);
  while (!step[2] && !step[3]) step = env.step(0);
  return step;
}

it('is a truncation where the model says that it has stopped at a horizon, with how things stand there', () => {
  const env = factory();
  expect(lastStep(env)).toEqual(LAST);
  expect(() => env.step(0)).toThrow('step after the end of the episode');
  // A limit that comes at the same step changes nothing, and a longer one neither.
  for (const maxEpisodeSteps of [DAYS, DAYS + 1]) {
    expect(lastStep(factory({ maxEpisodeSteps }))).toEqual(LAST);
    expect(lastStep(timeLimit(factory(), maxEpisodeSteps))).toEqual(LAST);
  }
  expect(lastStep(factory({ maxEpisodeSteps: DAYS - 1 }))).toEqual([DAYS - 1, 1, false, true, {}]);
  checkEnv(env);
});

it('is a termination where the model says nothing, or says that it has not', () => {
  const ends = [ending('ends', () => ({})), ending('ends too', () => ({ truncated: false }))];
  for (const other of ends) expect(lastStep(generateEnv(other)())).toEqual([DAYS - 1, 0, true, false, {}]);
});

it('needs how things stand, and a plain yes or no', () => {
  const silent = generateEnv(ending('silent', () => ({ truncated: true })))();
  expect(() => lastStep(silent)).toThrow(
    'perspective silent: final says truncated and gives no observation; give how things stand at the end',
  );
  const vague = generateEnv(ending('vague', () => ({ truncated: 1 }) as never))();
  expect(() => lastStep(vague)).toThrow('perspective vague: final says that truncated is 1, expected true or false');
});

it('is the same of an asynchronous model', async () => {
  class Slow extends Worker {
    override run(): never {
      return this.days() as never;
    }
    async days(): Promise<void> {
      for (; this.day < DAYS; this.day++) await this.wait(this.day);
    }
    async wait(_day: number): Promise<number> {
      return 0;
    }
  }
  const decision = working('waiting');
  makeStep(Slow.prototype, 'wait', decision);
  const slow = { name: 'slow', simulation: () => new Slow(), decision };
  const env = generateAsyncEnv(slow)();
  await env.reset({ seed: 1 });
  for (let i = 1; i < DAYS; i++) expect((await env.step(0)).slice(2, 4)).toEqual([false, false]);
  expect(await env.step(0)).toEqual(LAST);
  const report = { steps: DAYS, return: DAYS, truncated: true };
  expect(await runAsyncWithAgent(slow as never, () => 0 as never, { seed: 1 })).toEqual(report);
});

it('comes out of the thread of a plain model', () => {
  const env = plainWalker({ suspension: blocking() });
  onTestFinished(() => env.close());
  for (const truncated of [true, false]) {
    env.reset({ seed: 3, options: { length: 2, horizon: truncated } });
    env.step(1);
    expect(env.step(1)).toEqual([5, -1, !truncated, truncated, {}]);
  }
});

it('begins a new episode in vectors, which have the last observation', () => {
  const [atOnce, later] = (['same-step', 'next-step'] as const).map((autoreset) =>
    vectorEnv([() => factory(), () => factory({ maxEpisodeSteps: 2 })], { autoreset }),
  );
  for (const envs of [atOnce!, later!]) {
    envs.reset({ seed: 1 });
    for (let i = 1; i < DAYS; i++) envs.step(Int32Array.of(0, 0));
  }
  const [observations, , terminations, truncations, infos] = atOnce!.step(Int32Array.of(0, 0));
  expect([observations, terminations, truncations]).toEqual([
    Int32Array.of(0, 1),
    Uint8Array.of(0, 0),
    Uint8Array.of(1, 0),
  ]);
  expect(infos[0]).toEqual({ final_obs: DAYS, final_info: {} });
  const [last, , , ends] = later!.step(Int32Array.of(0, 0));
  expect([last, ends]).toEqual([Int32Array.of(DAYS, 2), Uint8Array.of(1, 1)]);
  expect(later!.step(Int32Array.of(0, 0))[0]).toEqual(Int32Array.of(0, 0));
});

it('is reported of runs, by agents, rules and limits', () => {
  const report = { steps: DAYS, return: DAYS, truncated: true };
  expect(runWithAgent(definition, () => 0, { seed: 1 })).toEqual(report);
  expect(runOwnRule(definition, { seed: 1 })).toEqual(report);
  expect(playEpisode(factory(), () => 0, 1)).toEqual(report);
  expect(runOwnRule(definition, { seed: 1, maxEpisodeSteps: 2 })).toEqual({ steps: 2, return: 2, truncated: true });
  const over = ending('over', () => ({ reward: 1 }));
  expect(runOwnRule(over, { seed: 1 })).toEqual({ ...report, truncated: false });
});

it('teaches that what lies behind a horizon goes on: Q = 1 / (1 − γ), and the finite sum where all ends', () => {
  const discount = 0.8;
  const everything = discretizeDiscrete(discrete(2));
  // All days look the same, so what is learnt of one is learnt of all.
  const alike = { size: 1, encode: () => 0, decode: () => 0 };
  const learn = (run: (agent: ReturnType<typeof agentOf>, seed: number) => unknown) => {
    const agent = agentOf();
    for (let seed = 0; seed < 400; seed++) run(agent, seed);
    return agent.table;
  };
  const agentOf = () =>
    createQAgent({ observations: alike, actions: everything, random: createRandom(1), discount, exploration: 1 });
  const over = ending('done', () => ({ reward: 1 }));
  const forever = learn((agent, seed) => learnEpisode(factory(), agent, seed));
  expect(forever.every((value) => Math.abs(value - 1 / (1 - discount)) < 1e-3)).toBe(true);
  expect(learn((agent, seed) => learnRun(definition, agent, { seed }))).toEqual(forever);
  const mortal = learn((agent, seed) => learnEpisode(generateEnv(over)(), agent, seed));
  expect(Math.max(...mortal)).toBeLessThan(1 / (1 - discount) - 0.5);
  expect(learn((agent, seed) => learnRun(over, agent, { seed }))).toEqual(mortal);
});

/** Two who work together; what their days end by is each one's own. */
class Crew {
  workers = NAMES.map((name) => new Worker(name));
  reset(): void {
    for (const worker of this.workers) worker.reset();
  }
  *run(): Generator<unknown, void, unknown> {
    for (let day = 0; day < DAYS; day++) {
      yield* together(this.workers.map((worker) => worker.decide(day)));
      for (const worker of this.workers) worker.day++;
    }
  }
}

it('is each agent’s own, where several act at once or in turn', () => {
  const perspective = working('crew', ({ workers }: Crew, agent) =>
    agent === 'ann' ? horizon(workers[0]!) : { reward: 2 },
  );
  makeStep(Worker.prototype, 'decide', perspective);
  const seats = [{ perspective, agents: NAMES, agentOf: ({ name }: Worker) => name }];
  const crew = { name: 'crew', simulation: () => new Crew(), seats };
  const env = generateParallelEnv(crew)();
  env.reset({ seed: 1 });
  const act = { ann: 0, bob: 0 };
  for (let day = 1; day < DAYS; day++)
    expect(env.step(act).slice(2, 4)).toEqual(Array(2).fill({ ann: false, bob: false }));
  expect(env.step(act)).toEqual([
    { ann: DAYS, bob: DAYS - 1 },
    { ann: 1, bob: 2 },
    { ann: false, bob: true },
    { ann: true, bob: false },
    { ann: {}, bob: {} },
  ]);
  expect(env.agents).toEqual([]);
  const turns = generateTurnEnv(crew)();
  turns.reset({ seed: 1 });
  for (let i = 0; i < NAMES.length * DAYS; i++) turns.step(0);
  expect(turns.last()).toEqual([DAYS, 1, false, true, {}]);
  turns.step(undefined);
  expect(turns.last()).toEqual([DAYS - 1, 2, true, false, {}]);
});
