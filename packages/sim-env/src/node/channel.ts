import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { ACTION_MASK } from '../decisions/action-mask.ts';
import type { Info } from '../decisions/perspective.ts';
import { noInfo, Request } from '../decisions/request.ts';
import type { Seat } from '../decisions/seat.ts';
import { type Codec, type Layout, layoutOf } from '../spaces/codec.ts';
import { multiBinary } from '../spaces/index.ts';
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
const INFO = KIND + 3;
const WORDS = KIND + 4;

/** Of the decision's info: none, one from the port, or an action mask alone, in shared memory. */
const Infos = { none: 0, posted: 1, mask: 2 } as const;

/** The place of a reward on the way back, and of a seed on the way there. */
const NUMBERS = 8 * Math.ceil((4 * WORDS) / 8);
/** Where elements begin. */
const VALUES = NUMBERS + 8;

/** Decisions and actions go through shared memory, where their elements have a largest size; everything else through a port, which is slower and takes any value. */
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

interface SeatLayouts {
  readonly observation: Layout<unknown> | undefined;
  readonly action: Layout<unknown> | undefined;
  /** Of an action mask, which lies behind the observation. */
  readonly mask: Layout<unknown> | undefined;
}

const layoutsOf = ({ perspective }: Seat): SeatLayouts => {
  const { observationSpace, actionSpace, actionMask } = perspective;
  const masked = actionMask !== undefined && actionSpace.type === 'Discrete';
  return {
    observation: layoutOf(observationSpace),
    action: layoutOf(actionSpace),
    mask: masked ? layoutOf(multiBinary(actionSpace.n)) : undefined,
  };
};

/** Shared memory for the largest observation and action of any seat. The worker has the first turn and passes it when it is ready. */
export function createShared(seats: readonly Seat[]): SharedArrayBuffer {
  const sizes = seats
    .map(layoutsOf)
    .flatMap(({ observation, action, mask }) => [(observation?.bytes ?? 0) + (mask?.bytes ?? 0), action?.bytes ?? 0]);
  const shared = new SharedArrayBuffer(VALUES + Math.max(...sizes));
  giveFirstTurn(new Int32Array(shared), 'worker');
  return shared;
}

export function openChannel(
  shared: SharedArrayBuffer,
  port: MessagePort,
  seats: readonly Seat[],
  side: Side,
  polls: number,
): Channel {
  const words = new Int32Array(shared, 0, WORDS);
  const number = new Float64Array(shared, NUMBERS, 1);
  const receive = () => (receiveMessageOnPort(port) as { message: unknown }).message;
  const posted: Codec<unknown> = { write: (value) => port.postMessage(value), read: receive };
  const codecs = seats.map((seat) => {
    const { observation, action, mask } = layoutsOf(seat);
    return {
      observation: observation?.codec(shared, VALUES) ?? posted,
      action: action?.codec(shared, VALUES) ?? posted,
      mask: mask?.codec(shared, VALUES + (observation?.bytes ?? 0)),
    };
  });
  function readInfo(mask: Codec<unknown> | undefined): Info {
    if (words[INFO] === Infos.none) return noInfo;
    return words[INFO] === Infos.mask ? { [ACTION_MASK]: mask!.read() } : (receive() as Info);
  }

  return {
    handover: createHandover(words, side, polls),
    get kind() {
      return words[KIND]!;
    },
    set kind(kind) {
      words[KIND] = kind;
    },
    get seed() {
      return number[0]!;
    },
    set seed(seed) {
      number[0] = seed;
    },
    writeRequest({ seat, agent, observation, reward, info }) {
      words[SEAT] = seat.index;
      words[AGENT] = seat.agents.indexOf(agent);
      number[0] = reward;
      const codec = codecs[seat.index]!;
      codec.observation.write(observation);
      if (info === noInfo) words[INFO] = Infos.none;
      else if (codec.mask !== undefined && ACTION_MASK in info && Object.keys(info).length === 1) {
        words[INFO] = Infos.mask;
        codec.mask.write(info[ACTION_MASK]);
      } else {
        words[INFO] = Infos.posted;
        port.postMessage(info);
      }
    },
    readRequest() {
      const seat = seats[words[SEAT]!]!;
      const codec = codecs[seat.index]!;
      const observation = codec.observation.read();
      return new Request(seat, seat.agents[words[AGENT]!]!, observation, number[0]!, readInfo(codec.mask));
    },
    writeAction: (seat, action) => codecs[seat.index]!.action.write(action),
    readAction: (seat) => codecs[seat.index]!.action.read(),
    post: (message) => port.postMessage(message),
    receive,
    close: () => port.close(),
  };
}
