import type { SeedPlace } from '../env/seeds.ts';
import { EnvError } from '../env-error.ts';
import { decodeMessage, encodeMessage } from '../server/wire.ts';
import { checkSettings, type Rule, required, words } from '../settings.ts';

/** Where an environment stands, as plain data. */
export interface EnvSnapshot {
  /** `spec.id` of the environment. */
  readonly env: string;
  /**
   * How it is restored. `state`: by the model's own snapshot, at once. `replay`: by a reset and all actions since, which takes as long as they took. `ended`: the
   * episode has ended, and nothing but a reset can follow.
   */
  readonly how: 'state' | 'replay' | 'ended';
  /** What seeds the resets to come. */
  readonly seeds: SeedPlace;
  /** Of the episode under way. */
  readonly seed: number;
  /** Of its reset; null where there were none. */
  readonly options: unknown;
  /** Since the reset; none where `how` is not `replay`. */
  readonly actions: readonly unknown[];
  /** The model's own snapshot, with the steps before it; null where `how` is not `state`. */
  readonly state: unknown;
  /** Of the observation there: a restored environment that shows another is refused. */
  readonly observation: unknown;
  readonly info: unknown;
}

const FORMAT = 'unbraid-snapshot';
const VERSION = 1;

/** Numbers of a stream of seeds that are drawn again to come to a place in it; some tenths of a second. */
const MOST_DRAWS = 1e7;

/**
 * A snapshot as bytes: MessagePack, with typed arrays as they are.
 *
 * @throws EnvError `data`, for options, infos or a model's state that it can't hold, such as functions
 */
export function encodeSnapshot(snapshot: EnvSnapshot): Uint8Array<ArrayBuffer> {
  try {
    return encodeMessage({ format: FORMAT, version: VERSION, ...snapshot });
  } catch (error) {
    throw new EnvError(
      'data',
      `sim-env: snapshot of ${snapshot.env}: its options, info or state can't be stored: ${(error as Error).message}`,
    );
  }
}

/**
 * What `encodeSnapshot` made. Whether it fits an environment says `restore`.
 *
 * @throws EnvError `data`, for bytes that are no snapshot
 */
export function decodeSnapshot(bytes: Uint8Array): EnvSnapshot {
  const given = messageIn(bytes);
  if (typeof given !== 'object' || given === null || (given as { format?: unknown }).format !== FORMAT)
    throw bad(`this is none; it says nothing of ${FORMAT}`);
  const { format, version, ...parts } = given as { format: unknown; version: unknown } & EnvSnapshot;
  if (version !== VERSION)
    throw bad(`this one is of version ${String(version).slice(0, 20)}, and ${VERSION} is what is read here`);
  try {
    checkSettings('snapshot', parts, rules, 'part');
  } catch (error) {
    throw new EnvError('data', (error as Error).message);
  }
  return parts;
}

function messageIn(bytes: Uint8Array): unknown {
  try {
    return decodeMessage(bytes);
  } catch (error) {
    throw bad((error as Error).message.replace(/^sim-env: /, ''));
  }
}

const bad = (what: string) => new EnvError('data', `sim-env: snapshot: ${what}`);

const isCount = (value: unknown, most: number) =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
const is = (expected: string, holds: (value: unknown) => boolean): Rule => required({ expected, holds });
const anything: Rule = { expected: 'anything', holds: () => true };

function isPlace(value: unknown): boolean {
  const { root, draws } = (value ?? {}) as Partial<SeedPlace>;
  return isCount(root, Number.MAX_SAFE_INTEGER) && isCount(draws, MOST_DRAWS);
}

const rules: Record<keyof EnvSnapshot, Rule> = {
  env: required(words),
  how: is('state, replay or ended', (value) => ['state', 'replay', 'ended'].includes(value as string)),
  seeds: is(`a root and at most ${MOST_DRAWS} draws`, isPlace),
  seed: is('an integer from 0 to 2^53 - 1', (value) => isCount(value, Number.MAX_SAFE_INTEGER)),
  options: anything,
  actions: is('an array', Array.isArray),
  state: anything,
  observation: anything,
  info: is('an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
};
