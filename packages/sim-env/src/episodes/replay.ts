import type { AsyncEnv, Env, ResetResult, StepResult } from '../env/env.ts';
import { EnvError } from '../env-error.ts';
import { decodeMessage, encodeMessage } from '../server/wire.ts';
import { checkSettings, list } from '../settings.ts';
import { copierOf } from '../spaces/copy.ts';
import type { Space } from '../spaces/index.ts';
import type { AnyEnv } from '../wrappers/wrap.ts';
import { digestOf, sameDigest } from './digest.ts';
import { drive } from './drive.ts';
import { decodeRecording, encodeRecording, type Recording } from './recording.ts';

/** How a replay went. */
export interface ReplayReport {
  /** Steps that were the same to the bit. */
  readonly steps: number;
  /** The first difference; undefined where there is none. */
  readonly difference?: ReplayDifference;
}

/** Where a replay is no longer the episode that was recorded. */
export interface ReplayDifference {
  /** Counted from 1; 0 is the reset. */
  readonly step: number;
  readonly what: 'observation' | 'reward' | 'info' | 'terminated' | 'truncated';
  /** Of an observation its digest, 16 hexadecimal digits. */
  readonly recorded: unknown;
  readonly replayed: unknown;
}

/** What `replay` takes. */
export interface ReplayOptions {
  /** Keys of infos that are not compared, such as times of the clock. */
  readonly exceptInfo?: readonly string[];
}

/**
 * Plays a recording again, in an environment of its own that is closed afterwards, and says whether everything came to the bit as it was recorded.
 *
 * @throws EnvError `data`, for an environment whose spaces aren't the recording's; what the environment throws
 */
export function replay<O extends Space, A extends Space>(
  recording: Recording,
  makeEnv: () => Env<O, A>,
  options?: ReplayOptions,
): ReplayReport;
/** The same in an environment whose model is asynchronous. */
export function replay<O extends Space, A extends Space>(
  recording: Recording,
  makeEnv: () => AsyncEnv<O, A>,
  options?: ReplayOptions,
): Promise<ReplayReport>;
export function replay(
  recording: Recording,
  makeEnv: () => Env | AsyncEnv,
  options: ReplayOptions = {},
): ReplayReport | Promise<ReplayReport> {
  checkSettings('replay', options, { exceptInfo: list });
  const env = makeEnv();
  return drive(closing(env, course(recording, env, new Set(options.exceptInfo))));
}

function* closing<T>(env: AnyEnv, work: Generator<unknown, T, never>): Generator<unknown, T, never> {
  try {
    return yield* work;
  } finally {
    yield env.close();
  }
}

function* course(
  recording: Recording,
  env: AnyEnv,
  except: ReadonlySet<string>,
): Generator<unknown, ReplayReport, never> {
  checkSpaces(recording, env);
  // As the file would have it, so that what MessagePack can't tell apart is no difference.
  const { seed, options, actions, terminated, truncated, infos } = decodeRecording(encodeRecording(recording));
  const said = new Map(infos);
  const copy = copierOf(env.actionSpace) ?? ((action: unknown) => action);
  const compare = (at: number, observation: unknown, info: unknown) =>
    observationDiffers(recording, at, observation) ?? infoDiffers(at, said.get(at) ?? {}, info, except);

  const [first, firstInfo] = (yield env.reset({ seed, options: options ?? undefined })) as ResetResult<unknown>;
  const atFirst = compare(0, first, firstInfo);
  if (atFirst !== undefined) return { steps: 0, difference: atFirst };
  for (const [i, action] of actions.entries()) {
    const step = i + 1;
    const last = step === actions.length;
    const result = (yield env.step(copy(action) as never)) as StepResult<unknown>;
    const [observation, reward, ends, isCut, info] = result;
    const difference =
      compare(step, observation, info) ??
      differs(step, 'reward', recording.rewards[i], reward) ??
      differs(step, 'terminated', last && terminated, ends) ??
      differs(step, 'truncated', last && truncated, isCut);
    if (difference !== undefined) return { steps: i, difference };
  }
  return { steps: actions.length };
}

function checkSpaces(recording: Recording, env: AnyEnv): void {
  for (const which of ['observationSpace', 'actionSpace'] as const) {
    const [recorded, there] = [recording[which], env[which].toJSON()].map((space) => JSON.stringify(space));
    if (recorded === there) continue;
    throw new EnvError(
      'data',
      `sim-env: replay: the ${which} of ${env.spec.id} is not that of the recording of ${recording.env}; replay it in an environment made in the same way, in the same wrappers`,
    );
  }
}

function observationDiffers(
  { observations }: Recording,
  at: number,
  observation: unknown,
): ReplayDifference | undefined {
  const recorded = [observations[2 * at]!, observations[2 * at + 1]!] as const;
  const replayed = digestOf(observation);
  if (sameDigest(recorded, replayed)) return undefined;
  return { step: at, what: 'observation', recorded: hex(recorded), replayed: hex(replayed) };
}

const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join('');

function infoDiffers(
  at: number,
  recorded: unknown,
  info: unknown,
  except: ReadonlySet<string>,
): ReplayDifference | undefined {
  const [one, other] = [recorded, stored(info)].map((each) => without(except, each as object));
  return sameDigest(digestOf(one), digestOf(other))
    ? undefined
    : { step: at, what: 'info', recorded: one, replayed: other };
}

/** An info as a file would have it. */
const stored = (info: unknown): unknown => decodeMessage(encodeMessage(info));

const without = (keys: ReadonlySet<string>, info: object) =>
  Object.fromEntries(Object.entries(info).filter(([key]) => !keys.has(key)));

/** Bits and all: a reward of −0 is not one of 0. */
function differs(
  step: number,
  what: ReplayDifference['what'],
  recorded: unknown,
  replayed: unknown,
): ReplayDifference | undefined {
  return Object.is(recorded, replayed) ? undefined : { step, what, recorded, replayed };
}
