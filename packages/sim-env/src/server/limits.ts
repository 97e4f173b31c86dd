import { EnvError } from '../env-error.ts';
import { checkSettings, positive, positiveInteger } from '../settings.ts';

/** What one client may take, so that no client takes what others need. */
export interface Limits {
  /** Clients at a time. Default 32. */
  readonly connections: number;
  /** Environments of one client. Default 128. */
  readonly environments: number;
  /** Bytes of a message from a client. Default 1 MiB. */
  readonly messageBytes: number;
  /** Messages a second of one client, over a few seconds. Default 50,000. */
  readonly messagesPerSecond: number;
  /** Messages that a client may send before it has the reply to the first of them. Default 64. */
  readonly pending: number;
  /** Bytes of replies that a client has not taken yet. Default 64 MiB. */
  readonly unreadBytes: number;
  /** Seconds without a message after which a client is sent away. Default 900. */
  readonly idleSeconds: number;
  /** Seconds that the answer to a message may take; after them the client's environments are ended. Default 120. */
  readonly answerSeconds: number;
  /** Seconds that a model in a thread of its own may take from an action to its next decision. Default 10. */
  readonly modelSeconds: number;
  /** Seconds that such a thread may take to start and load the model. Default 30. */
  readonly startSeconds: number;
  /**
   * Megabytes of objects, and as many of typed arrays, that a client's environments may hold, threads of plain models included: each has its share from the
   * beginning. Default 512.
   */
  readonly memoryMegabytes: number;
}

/** What stands where none is given. */
export const defaultLimits: Limits = {
  connections: 32,
  environments: 128,
  messageBytes: 2 ** 20,
  messagesPerSecond: 50_000,
  pending: 64,
  unreadBytes: 64 * 2 ** 20,
  idleSeconds: 900,
  answerSeconds: 120,
  modelSeconds: 10,
  startSeconds: 30,
  memoryMegabytes: 512,
};

/** What timers can wait for. */
const LONGEST_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

/** Half a second, or half a megabyte, can be meant; half a client can't. */
const isQuantity = (name: string) => name.endsWith('Seconds') || name.endsWith('Megabytes');

const rules = Object.fromEntries(
  Object.keys(defaultLimits).map((name) => [name, isQuantity(name) ? positive : positiveInteger]),
);

/** @throws EnvError for a limit that is no positive number, a count that is no integer, a limit that is none, or that is longer than timers can wait */
export function limitsWith(given: Partial<Limits>): Limits {
  checkSettings('serveEnvs', given, rules, 'limit');
  const limits = { ...defaultLimits, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (name.endsWith('Seconds') && value > LONGEST_SECONDS) {
      throw new EnvError(
        'setting',
        `sim-env: serveEnvs: the limit ${name} is at most ${LONGEST_SECONDS}, got ${value}`,
      );
    }
  }
  return limits;
}

/** How many seconds' worth of messages may come at once. */
const BURST_SECONDS = 2;

/** A token bucket: whether one more message is within the rate. */
export function createRate(perSecond: number, now: () => number = () => performance.now()): () => boolean {
  const most = perSecond * BURST_SECONDS;
  let [left, last] = [most, now()];
  return () => {
    const time = now();
    left = Math.min(most, left + ((time - last) / 1000) * perSecond);
    last = time;
    if (left < 1) return false;
    left--;
    return true;
  };
}
