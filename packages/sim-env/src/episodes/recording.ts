import { EnvError } from '../env-error.ts';
import { decodeMessage, encodeMessage } from '../server/wire.ts';
import { checkSettings, type Rule, required, words } from '../settings.ts';
import { type SpaceDescription, spaceFromJson } from '../spaces/index.ts';

/** One episode, by which it can be played again: what went into the environment, and enough of what came out to notice any difference. */
export interface Recording {
  /** `spec.id` of the environment. */
  readonly env: string;
  readonly observationSpace: SpaceDescription;
  readonly actionSpace: SpaceDescription;
  /** Of the reset; where that had none, the one that followed. */
  readonly seed: number;
  /** Of the reset; null where there were none. */
  readonly options: unknown;
  /** One for each step. */
  readonly actions: readonly unknown[];
  /** As many. */
  readonly rewards: Float64Array;
  /** Two words for each observation, that of the reset first: see `digestOf`. */
  readonly observations: Uint32Array;
  /** Infos that say something, with the number of their step; 0 is the reset's. */
  readonly infos: readonly (readonly [step: number, info: unknown])[];
  /** How the last step ended the episode; neither where it was left before its end. */
  readonly terminated: boolean;
  readonly truncated: boolean;
}

const FORMAT = 'unbraid-episode';
const VERSION = 1;

/**
 * A recording as bytes: MessagePack, with typed arrays as they are.
 *
 * @throws EnvError `data`, for options or infos that it can't hold, such as functions
 */
export function encodeRecording(recording: Recording): Uint8Array<ArrayBuffer> {
  try {
    return encodeMessage({ format: FORMAT, version: VERSION, ...recording });
  } catch (error) {
    throw new EnvError(
      'data',
      `sim-env: recording of ${recording.env}: its options or infos can't be stored: ${(error as Error).message}`,
    );
  }
}

/**
 * What `encodeRecording` made.
 *
 * @throws EnvError `data`, for bytes that are no recording, or one whose parts don't fit each other
 */
export function decodeRecording(bytes: Uint8Array): Recording {
  const given = messageIn(bytes);
  if (typeof given !== 'object' || given === null || (given as { format?: unknown }).format !== FORMAT)
    throw bad(`this is none; it says nothing of ${FORMAT}`);
  const { format, version, ...parts } = given as { format: unknown; version: unknown } & Recording;
  if (version !== VERSION) throw bad(`this one is of version ${short(version)}, and ${VERSION} is what is read here`);
  try {
    checkSettings('recording', parts, rules, 'part');
  } catch (error) {
    throw new EnvError('data', (error as Error).message);
  }
  checkFit(parts);
  return parts;
}

function messageIn(bytes: Uint8Array): unknown {
  try {
    return decodeMessage(bytes);
  } catch (error) {
    throw bad((error as Error).message.replace(/^sim-env: /, ''));
  }
}

const bad = (what: string) => new EnvError('data', `sim-env: recording: ${what}`);
const short = (value: unknown) => String(value).slice(0, 20);

const is = (expected: string, holds: (value: unknown) => boolean): Rule => required({ expected, holds });

const rules: Record<keyof Recording, Rule> = {
  env: required(words),
  observationSpace: is('a description of a space', isRecord),
  actionSpace: is('a description of a space', isRecord),
  seed: is('an integer from 0 to 2^53 - 1', (value) => Number.isSafeInteger(value) && (value as number) >= 0),
  options: { expected: 'anything', holds: () => true },
  actions: is('an array', Array.isArray),
  rewards: is('an array of float64', (value) => value instanceof Float64Array),
  observations: is('an array of uint32', (value) => value instanceof Uint32Array),
  infos: is('a list of pairs of a step and an info', isListOfInfos),
  terminated: is('true or false', (value) => typeof value === 'boolean'),
  truncated: is('true or false', (value) => typeof value === 'boolean'),
};

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function isListOfInfos(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.every((pair) => Array.isArray(pair) && pair.length === 2 && Number.isSafeInteger(pair[0]));
}

function checkFit({ actions, rewards, observations, infos, actionSpace, observationSpace }: Recording): void {
  const steps = actions.length;
  if (rewards.length !== steps || observations.length !== 2 * (steps + 1)) {
    throw bad(
      `there are ${steps} actions, ${rewards.length} rewards and ${observations.length / 2} observations; expected as many rewards and one observation more`,
    );
  }
  const wrong = rewards.findIndex(Number.isNaN);
  if (wrong >= 0) throw bad(`the reward of step ${wrong + 1} is NaN`);
  for (const [i, [step]] of infos.entries()) {
    const before = i === 0 ? -1 : infos[i - 1]![0];
    if (step <= before || step > steps) throw bad(`info ${i} is of step ${step}, expected ${before + 1} to ${steps}`);
  }
  spaceIn('observation', observationSpace);
  const space = spaceIn('action', actionSpace);
  for (const [i, action] of actions.entries()) {
    const violation = space.violation(action);
    if (violation !== undefined) throw bad(`the action of step ${i + 1} is outside its space: ${violation}`);
  }
}

function spaceIn(which: string, description: SpaceDescription) {
  try {
    return spaceFromJson(description);
  } catch (error) {
    throw bad(`its ${which} space can't be made: ${(error as Error).message.replace(/^sim-env: /, '')}`);
  }
}
