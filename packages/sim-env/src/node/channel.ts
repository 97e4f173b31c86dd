import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { noInfo, Request } from '../decisions/request.ts';
import type { Seat } from '../decisions/seat.ts';
import { type Codec, codecOf } from '../spaces/codec.ts';
import { createHandover, giveFirstTurn, HANDOVER_WORDS, type Handover, type Side } from './handover.ts';

/** What a parent asks of the worker. */
export const Command = { start: 0, act: 1, render: 2, close: 3, tell: 4 } as const;
export type Command = (typeof Command)[keyof typeof Command];

/** What a worker answers. */
export const Event = { ready: 0, request: 1, ending: 2, error: 3, told: 4, closed: 5, died: 6 } as const;
export type Event = (typeof Event)[keyof typeof Event];

// Words after those of the handover.
const KIND = HANDOVER_WORDS;
const SEAT = KIND + 1;
const AGENT = KIND + 2;
const HAS_INFO = KIND + 3;
const WORDS = KIND + 4;

const REWARD = 0;
const SEED = 0;
const VALUES = 1;

/** Decisions and actions go through numbers in shared memory; everything else through a port, which is slower and takes any value. */
export interface Channel {
  readonly handover: Handover;
  kind: number;
  writeRequest(request: Request): void;
  readRequest(): Request;
  writeAction(seat: Seat, action: unknown): void;
  readAction(seat: Seat): unknown;
  seed: number;
  post(message: unknown): void;
  /** The next message, which must have been posted before the turn was passed. */
  receive(): unknown;
  close(): void;
}

interface SeatCodecs {
  readonly observation: Codec<unknown>;
  readonly action: Codec<unknown>;
}

const codecsOf = (seats: readonly Seat[]): SeatCodecs[] =>
  seats.map(({ perspective }) => ({
    observation: codecOf(perspective.observationSpace),
    action: codecOf(perspective.actionSpace),
  }));

/** Shared memory for the largest observation and action of any seat. The worker has the first turn and passes it when it is ready. */
export function createShared(seats: readonly Seat[]): SharedArrayBuffer {
  const sizes = codecsOf(seats).flatMap(({ observation, action }) => [observation.size, action.size]);
  const shared = new SharedArrayBuffer(rowOffset + 8 * (VALUES + Math.max(...sizes)));
  giveFirstTurn(new Int32Array(shared), 'worker');
  return shared;
}

/** Bytes; a row of float64 begins at a multiple of 8. */
const rowOffset = 8 * Math.ceil((4 * WORDS) / 8);

export function openChannel(
  shared: SharedArrayBuffer,
  port: MessagePort,
  seats: readonly Seat[],
  side: Side,
  polls: number,
): Channel {
  const words = new Int32Array(shared, 0, WORDS);
  const row = new Float64Array(shared, rowOffset);
  const codecs = codecsOf(seats);
  const receive = () => (receiveMessageOnPort(port) as { message: unknown }).message;
  return {
    handover: createHandover(words, side, polls),
    get kind() {
      return words[KIND]!;
    },
    set kind(kind) {
      words[KIND] = kind;
    },
    get seed() {
      return row[SEED]!;
    },
    set seed(seed) {
      row[SEED] = seed;
    },
    writeRequest({ seat, agent, observation, reward, info }) {
      words[SEAT] = seat.index;
      words[AGENT] = seat.agents.indexOf(agent);
      words[HAS_INFO] = info === noInfo ? 0 : 1;
      if (info !== noInfo) port.postMessage(info);
      row[REWARD] = reward;
      codecs[seat.index]!.observation.write(observation, row, VALUES);
    },
    readRequest() {
      const seat = seats[words[SEAT]!]!;
      const observation = codecs[seat.index]!.observation.read(row, VALUES);
      const info = words[HAS_INFO] === 0 ? noInfo : (receive() as Request['info']);
      return new Request(seat, seat.agents[words[AGENT]!]!, observation, row[REWARD]!, info);
    },
    writeAction: (seat, action) => codecs[seat.index]!.action.write(action, row, VALUES),
    readAction: (seat) => codecs[seat.index]!.action.read(row, VALUES),
    post: (message) => port.postMessage(message),
    receive,
    close: () => port.close(),
  };
}
