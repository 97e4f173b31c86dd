import { actionMaskIn } from './decisions/action-mask.ts';
import type { Info } from './decisions/perspective.ts';
import type { Env, StepResult } from './env/env.ts';
import { EnvError } from './env-error.ts';
import { checkSettings, naturalNumber, positiveInteger } from './settings.ts';
import type { Space } from './spaces/index.ts';

/** How long and from which seed `checkEnv` plays. */
export interface CheckEnvOptions {
  /** Default 200. */
  readonly steps?: number;
  /** Default 1. */
  readonly seed?: number;
}

/**
 * Checks that an environment keeps its word, as Gymnasium's `check_env` does: its spaces hold what it gives, the same seed and actions
 * give the same course, misuse is refused, and no step writes to what an earlier one gave. Leaves it reset, not closed.
 *
 * @throws EnvError saying what is wrong and at which step
 */
export function checkEnv<O extends Space, A extends Space>(env: Env<O, A>, options: CheckEnvOptions = {}): void {
  checkSettings('checkEnv', options, { steps: positiveInteger, seed: naturalNumber });
  const { steps = 200, seed = 1 } = options;
  const plain = env as unknown as Env;
  checkMisuse(plain);
  const first = course(plain, seed, steps);
  const second = course(plain, seed, steps);
  const parting = first.findIndex((line, i) => line !== second[i]);
  if (parting >= 0) {
    throw wrong(
      plain,
      `the same seed and actions give another course at step ${parting}: ${first[parting]}, then ${second[parting]}`,
    );
  }
  plain.reset({ seed });
}

const wrong = (env: Env, what: string): Error => new EnvError('model', `sim-env: checkEnv: ${env.spec.id}: ${what}`);

function checkMisuse(env: Env): void {
  env.reset();
  if (!throws(() => env.step(Symbol('no action') as never))) throw wrong(env, 'step takes an action outside its space');
  if (!throws(() => env.reset({ seed: -1 }))) throw wrong(env, 'reset takes -1 as a seed');
}

function throws(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}

/** What happens by random actions, one line a step. */
function course(env: Env, seed: number, steps: number): string[] {
  const lines: string[] = [];
  env.actionSpace.seed(seed);
  const keeps = createKeeper(env);
  let info: Info = {};
  const act = () => env.step(env.actionSpace.sample(actionMaskIn(info)) as never);
  const begin = (options: { seed?: number }, at: number) => {
    const result = env.reset(options);
    if (result.length !== 2) throw wrong(env, `reset returns ${result.length} parts, expected observation and info`);
    checkObservation(env, result[0], at);
    checkInfo(env, result[1], at);
    lines.push(JSON.stringify(result));
    keeps(at, result[0], result[1]);
    info = result[1];
  };
  begin({ seed }, 0);
  for (let at = 1; at <= steps; at++) {
    const result = act();
    checkStep(env, result, at);
    lines.push(JSON.stringify(result));
    keeps(at, result[0], result[4]);
    info = result[4];
    if (!result[2] && !result[3]) continue;
    if (!throws(act)) throw wrong(env, 'step goes on after the end');
    begin({}, at);
  }
  return lines;
}

/**
 * What looks whether a step gave arrays of its own: whoever collects observations would find the last one in all places where an environment gives
 * the same array each time.
 */
function createKeeper(env: Env): (at: number, observation: unknown, info: unknown) => void {
  let before: { at: number; observation: unknown; info: unknown; arrays: Set<unknown>; line: string } | undefined;
  return (at, observation, info) => {
    const arrays = new Set(arraysIn(observation));
    if (before !== undefined) {
      const again = `of step ${at} writes to what step ${before.at} gave; give a copy each time`;
      if ([...arrays].some((array) => before!.arrays.has(array))) throw wrong(env, `the observation ${again}`);
      const line = JSON.stringify([before.observation, before.info]);
      if (line !== before.line) {
        const changed =
          JSON.stringify(before.observation) === JSON.stringify((JSON.parse(before.line) as unknown[])[0]);
        throw wrong(env, `the ${changed ? 'info' : 'observation'} ${again}`);
      }
    }
    before = { at, observation, info, arrays, line: JSON.stringify([observation, info]) };
  };
}

/** The memory behind the typed arrays in an element of a space. */
function arraysIn(value: unknown): unknown[] {
  if (ArrayBuffer.isView(value)) return value.byteLength === 0 ? [] : [value.buffer];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(arraysIn);
}

function checkStep(env: Env, result: StepResult<unknown>, at: number): void {
  if (result.length !== 5) throw wrong(env, `step ${at} returns ${result.length} parts, expected 5`);
  const [observation, reward, terminated, truncated, info] = result;
  checkObservation(env, observation, at);
  if (typeof reward !== 'number' || !Number.isFinite(reward)) throw wrong(env, `the reward of step ${at} is ${reward}`);
  if (typeof terminated !== 'boolean' || typeof truncated !== 'boolean') {
    throw wrong(env, `step ${at} ends by ${terminated}, ${truncated}, expected two booleans`);
  }
  checkInfo(env, info, at);
}

function checkObservation(env: Env, observation: unknown, at: number): void {
  const violation = env.observationSpace.violation(observation);
  if (violation !== undefined) throw wrong(env, `the observation of step ${at} is outside its space: ${violation}`);
}

function checkInfo(env: Env, info: unknown, at: number): void {
  if (typeof info !== 'object' || info === null)
    throw wrong(env, `the info of step ${at} is ${info}, expected an object`);
}
