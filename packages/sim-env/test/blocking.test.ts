import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { ModelError, ModelTimeout, timeLimit, transformReward, vectorEnv } from '../src/index.ts';
import type { BlockingOptions } from '../src/node/index.ts';
import { blocking } from './built-blocking.ts';
import { meeting } from './fixtures/meeting.js';
import { plainWalker } from './fixtures/plain-walker.js';
import { asyncTroubled, troubled } from './fixtures/troubled.js';

function walker(options?: BlockingOptions) {
  const env = plainWalker({ suspension: blocking(options) });
  onTestFinished(() => env.close());
  return env;
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

it('steps an unchanged synchronous model to its end', () => {
  const env = walker();
  expect(env.reset({ seed: 6, options: { length: 3 } })).toEqual([6, {}]);
  expect(env.step(1)).toEqual([7, 1, false, false, {}]);
  expect(env.render()).toBe('at 7');
  expect(env.step(1)).toEqual([0, 2, false, false, {}]);
  // What the perspective says of the end.
  expect(env.step(1)).toEqual([1, -1, true, false, {}]);
  expect(() => env.step(1)).toThrow('after the end');
  expect(env.render()).toBe('at 1');
  expect(env.reset({ seed: 2 })[0]).toBe(2);
});

it('unwinds a model that is reset amid an episode, even one that catches what it does not know', () => {
  const env = walker();
  for (let i = 1; i <= 50; i++) {
    const [place, info] = env.reset({ seed: i, options: { informs: true, swallows: true, length: 1000 } });
    expect([place, info]).toEqual([i % 8, { stops: i - 1 }]);
    env.step(1);
  }
});

it('brings an error of the model to the caller, with its stack, and can start again', () => {
  const env = walker();
  env.reset({ options: { failAt: 1 } });
  const error = thrownBy(() => env.step(1)) as ModelError;
  expect(error).toBeInstanceOf(ModelError);
  expect(error.message).toBe('sim-env: plainWalker: the model failed after decision 1: the ring is broken');
  expect(error.stack).toMatch(/PlainWalker\.fail .*plain-walker\.js:\d+:\d+/);
  expect(() => env.reset({ options: { failInReset: true } })).toThrow('before its first decision: the ring is broken');
  expect(env.reset({ seed: 1 })[0]).toBe(1);
});

it('says where a model is that does not come back, and starts again in a new thread', () => {
  const env = walker({ timeout: 300 });
  env.reset({ options: { hangAt: 1 } });
  const error = thrownBy(() => env.step(1)) as ModelTimeout;
  expect(error).toBeInstanceOf(ModelTimeout);
  expect(error.message).toContain('neither decided nor ended within 300 ms after decision 1; it is at hang (');
  expect(error.where).toMatch(/^at hang \(.*plain-walker\.js:\d+:\d+\)\n {4}at run \(.*plain-walker\.js/);
  expect(env.reset({ seed: 3 })[0]).toBe(3);
});

it('says so where a model never decides', () => {
  expect(() => walker().reset({ options: { length: 0 } })).toThrow('plainWalker: the model never decides');
});

it('says what is wrong with a module that a thread cannot use', () => {
  const { play } = plainWalker;
  const { module: _, ...nowhere } = play;
  expect(() => blocking()(nowhere)).toThrow('blocking() needs the module that exports the environment');
  const misnamed = blocking()({ ...play, name: 'other' });
  expect(() => misnamed.start(1, undefined)).toThrow(
    /exports no environment called "other"; the environments that it exports: plainWalker/,
  );
  const missing = blocking()({ ...play, module: new URL('./no-such-file.js', import.meta.url).href });
  expect(() => missing.start(1, undefined)).toThrow(/could not load .*no-such-file\.js: Cannot find module/);
});

it('refuses an action outside the space before the model sees it', () => {
  const env = walker();
  env.reset({ seed: 1 });
  expect(() => env.step(7)).toThrow('the action is outside its space');
  expect(env.step(1)[0]).toBe(2);
});

it('runs the environments of a vector at the same time, with the results of single ones', () => {
  const makers = [1, 2, 3].map(() => () => plainWalker({ suspension: blocking(), maxEpisodeSteps: 3 }));
  const vector = vectorEnv(makers);
  onTestFinished(() => vector.close());
  expect(vector.reset({ seed: 5 })[0]).toEqual(Int32Array.of(5, 6, 7));
  const actions = Int32Array.of(1, 0, -1);
  expect(vector.step(actions).slice(0, 2)).toEqual([Int32Array.of(6, 6, 6), Float64Array.of(1, 1, 1)]);
  vector.step(actions);
  expect(vector.step(actions)[3]).toEqual(Uint8Array.of(1, 1, 1));
  // The next step of each resets it.
  expect(vector.step(actions)[1]).toEqual(Float64Array.of(0, 0, 0));
});

it('gives all of a vector their actions before it waits for any', () => {
  const members = 3;
  const vector = vectorEnv(Array.from({ length: members }, () => () => meeting({ suspension: blocking() })));
  onTestFinished(() => vector.close());
  const arrivals = new Int32Array(new SharedArrayBuffer(4));
  vector.reset({ seed: 1, options: { arrivals, members } });
  for (let round = 0; round < 3; round++)
    expect(vector.step(Int32Array.of(0, 0, 0))[0]).toEqual(Int32Array.of(1, 1, 1));
});

it('leaves environments running beside each other in a vector where they are wrapped', () => {
  const makers = [0, 1].map(
    () => () =>
      timeLimit(
        transformReward(walker(), (reward) => 10 * reward),
        2,
      ),
  );
  for (const make of makers) expect(make()).toHaveProperty('send');
  const envs = vectorEnv(makers, { autoreset: 'disabled' });
  envs.reset({ seed: 1 });
  const [observations, rewards] = envs.step(Int32Array.of(1, 1));
  expect([observations, rewards]).toEqual([Int32Array.of(2, 3), Float64Array.of(10, 10)]);
  expect(envs.step(Int32Array.of(1, 1))[3]).toEqual(Uint8Array.of(1, 1));
});

it('keeps the other environments of a vector usable where one fails', () => {
  const vector = vectorEnv([1, 2].map(() => () => plainWalker({ suspension: blocking() })));
  onTestFinished(() => vector.close());
  vector.reset({ seed: [1, 2], options: { length: 9 } });
  vector.reset({ seed: [1, 2], options: { failAt: 1 }, resetMask: [true, false] });
  const actions = Int32Array.of(1, 1);
  expect(() => vector.step(actions)).toThrow('the ring is broken');
  vector.reset({ seed: [1, 2], resetMask: [true, false] });
  expect(vector.step(actions).slice(0, 2)).toEqual([Int32Array.of(2, 4), Float64Array.of(1, 2)]);
});

it('starts afresh where an action was sent and its outcome never received', () => {
  const env = walker() as ReturnType<typeof walker> & { send(action: number): void };
  env.reset({ seed: 1 });
  env.send(1);
  expect(env.reset({ seed: 4 })[0]).toBe(4);
  env.send(1);
  env.close();
});

const tasks = '/proc/self/task';

it.skipIf(!existsSync(tasks))(
  'leaves no threads behind when environments are closed, even amid an episode',
  async () => {
    const threads = () => readdirSync(tasks).length;
    const open = () => {
      const env = plainWalker({ suspension: blocking() });
      env.reset();
      env.step(1);
      return env;
    };
    const envs = Array.from({ length: 5 }, open);
    const most = threads();
    for (const env of envs) env.close();
    for (let i = 0; i < 15; i++) open().close();
    await expect.poll(threads, { timeout: 10_000 }).toBeLessThanOrEqual(most - envs.length);
  },
);

/** Far beyond what any of these takes; a thread whose end nobody heard of would take all of it. */
const PATIENCE = 45_000;

it.each([
  ['calls process.exit', troubled, 'exits', 'process.exit(3) was called in its thread'],
  ['takes all its memory', troubled, 'hoards', 'its thread ran out of memory: its objects took more than 64 MB'],
  ['takes it in typed arrays', troubled, 'hoardsArrays', 'and 64 MB are the limit'],
  ['awaits for ever', asyncTroubled, 'awaits', 'it awaits something that never comes'],
  ['leaves a rejection unhandled', asyncTroubled, 'rejects', 'nobody handles this'],
  ['throws where nobody waits', asyncTroubled, 'throwsLater', "Cannot find module 'no-such-package'"],
])('hears at once of a model that %s, and starts again', (_, make, trouble, message) => {
  const env = make({ suspension: blocking({ timeout: PATIENCE, memoryMegabytes: 64 }) });
  onTestFinished(() => env.close());
  env.reset({ seed: 1, options: { trouble } });
  const begin = performance.now();
  const error = thrownBy(() => env.step(0)) as ModelError;
  expect(error).toBeInstanceOf(ModelError);
  expect(error.message).toContain(`the model failed after decision 1: `);
  expect(error.message).toContain(message);
  expect(performance.now() - begin).toBeLessThan(PATIENCE / 2);
  expect(env.reset({ seed: 1 })[0]).toBe(0);
});

it('prints what a model prints, all of it, though the process ends at once', () => {
  const imported = (path: string) => new URL(path, import.meta.url).href;
  const program = `
    const { blocking } = await import('${imported('../dist/node/index.js')}');
    const { troubled } = await import('${imported('fixtures/troubled.js')}');
    const env = troubled({ suspension: blocking({ execArgv: [] }) });
    env.reset({ options: { trouble: 'prints' } });
    env.step(0);
    process.exit(0);`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  expect(stdout.trim().split('\n')).toEqual(Array.from({ length: 50 }, (_, i) => `line ${i}`));
});

it.each([
  [{ timeout: Number.NaN }, 'timeout is a positive number of milliseconds'],
  [{ timeout: Number.POSITIVE_INFINITY }, 'timeout is a positive number of milliseconds'],
  [{ startTimeout: -1 }, 'startTimeout is a positive number of milliseconds'],
  [{ pols: 3 }, 'blocking: there is no setting "pols"; did you mean polls?'],
  [{ memoryMegabytes: 0 }, 'memoryMegabytes is a positive number, got 0'],
])('refuses settings that are none: %j', (options, message) => {
  expect(() => blocking(options as BlockingOptions)).toThrow(message);
});
