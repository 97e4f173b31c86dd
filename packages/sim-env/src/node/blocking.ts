import { MessageChannel, type MessagePort, type ResourceLimits, Worker } from 'node:worker_threads';
import { checkCopy } from '../copies.ts';
import type { Final } from '../decisions/perspective.ts';
import type { Seat } from '../decisions/seat.ts';
import type { ArgumentValues } from '../env/arguments.ts';
import type { Frame } from '../env/env.ts';
import { ModelError, ModelTimeout } from '../env/errors.ts';
import { Ending, type Moment, type Play, type Question, type SplitStage, type Suspension } from '../env/stage.ts';
import { EnvError } from '../env-error.ts';
import { checkSettings, list, milliseconds, naturalNumber, oneOf, positive } from '../settings.ts';
import { type Channel, Command, createShared, Event, openChannel } from './channel.ts';
import { DEFAULT_POLLS } from './handover.ts';
import { createLifeLine, type LifeLine } from './life-line.ts';
import { loadable } from './loadable.ts';
import { threadDefaults } from './thread-defaults.ts';
import { type Helper, whereIs } from './where-is.ts';

/** What `blocking` takes. */
export interface BlockingOptions {
  /** Milliseconds from an action to the next decision or the end; default 10,000. */
  readonly timeout?: number;
  /** Milliseconds in which the thread must start and load the module; default 30,000. */
  readonly startTimeout?: number;
  /** How often each side looks for the other before it sleeps; default 10,000, some 30 µs. After looking in vain it sleeps at once for a while. */
  readonly polls?: number;
  /** Node's command-line options for the thread; default those of this process. */
  readonly execArgv?: readonly string[];
  /** Megabytes that the model may hold in objects, and as many in typed arrays; beyond them its thread ends with an error. Default Node's own limit. */
  readonly memoryMegabytes?: number;
  /** Where what the model prints to its standard output goes; default stdout. */
  readonly print?: 'stdout' | 'stderr';
}

const rules = {
  timeout: milliseconds,
  startTimeout: milliseconds,
  polls: naturalNumber,
  execArgv: list,
  memoryMegabytes: positive,
  print: oneOf('stdout', 'stderr'),
};

/** What the worker is started with. */
export interface WorkerStart {
  readonly module: string;
  readonly name: string;
  /** What the simulation is made with. */
  readonly given: ArgumentValues | undefined;
  readonly shared: SharedArrayBuffer;
  readonly port: MessagePort;
  /** Held by the thread as long as it lives. */
  readonly life: MessagePort;
  readonly polls: number;
  /** The file that standard output goes to. */
  readonly stdout: 1 | 2;
  /** Megabytes of typed arrays. */
  readonly megabytes: number;
}

/** How long a closed environment's model has to unwind before its thread is ended. */
const UNWINDING = 1000;

/**
 * Suspends any model, unchanged, by running it in a thread of its own that blocks inside the decision function. The thread loads the
 * definition's `module`, starts at the first reset, and serves all episodes of its environment until it is closed.
 */
export function blocking(options: BlockingOptions = {}): Suspension {
  checkSettings('blocking', options, rules);
  return (play) => {
    checkCopy(play.name, play);
    const defaults = threadDefaults();
    const memoryMegabytes = least(options.memoryMegabytes, defaults.memoryMegabytes);
    const { timeout = 10_000, startTimeout = 30_000, polls = DEFAULT_POLLS, execArgv } = { ...defaults, ...options };
    const { starter = (start) => start(), print = options.print, locator } = defaults;
    if (play.module === undefined) {
      throw new EnvError(
        'setting',
        `sim-env: ${play.name}: blocking() needs the module that exports the environment: module: import.meta.url in its definition`,
      );
    }
    const threads: ThreadOptions = { timeout, startTimeout, polls, execArgv, memoryMegabytes, print, starter, locator };
    return createBlockingStage(play, play.module, threads);
  };
}

/** The smaller of two limits that may not be there. */
const least = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

interface ThreadOptions {
  readonly timeout: number;
  readonly startTimeout: number;
  readonly polls: number;
  readonly execArgv: readonly string[] | undefined;
  readonly memoryMegabytes: number | undefined;
  readonly print: 'stdout' | 'stderr' | undefined;
  readonly starter: <T>(start: () => T) => T;
  readonly locator: Helper | undefined;
}

interface Thread {
  readonly worker: Worker;
  readonly channel: Channel;
  readonly life: LifeLine;
  /** Megabytes of objects. */
  readonly room: number;
}

function createBlockingStage(play: Play, module: string, options: ThreadOptions): SplitStage {
  let thread: Thread | undefined;
  let decisions = 0;
  let seat: Seat = play.seats[0]!;
  /** The worker has the turn. */
  let away = false;

  /** Waits for what the model does with its turn. */
  function handBack(): Event {
    const { channel, worker, life, room } = thread!;
    if (channel.handover.take(options.timeout, life.alive)) {
      away = false;
      if (channel.kind !== Event.died) return channel.kind as Event;
      const error = channel.receive();
      discard();
      throw new ModelError(play.name, decisions, error);
    }
    // A thread that ends by an error, or because it was told to, says so first; one that has no memory left cannot.
    const stack = life.alive() ? (whereIs(worker.threadId, options.locator) ?? OUTSIDE) : undefined;
    discard();
    if (stack === undefined) throw new ModelError(play.name, decisions, new EnvError('limit', outOfMemory(room)));
    throw new ModelTimeout(play.name, options.timeout, decisions, stack);
  }

  function pass(command: Command): void {
    thread!.channel.kind = command;
    away = true;
    thread!.channel.handover.pass();
  }

  function moment(): Moment {
    const event = handBack();
    const { channel } = thread!;
    if (event === Event.request) {
      const request = channel.readRequest();
      seat = request.seat;
      decisions++;
      return request;
    }
    const message = channel.receive();
    if (event === Event.ending) return new Ending(message as readonly (readonly Final<unknown>[])[]);
    throw new ModelError(play.name, decisions, message);
  }

  /** What the thread says of its simulation, which stays where it is. */
  function told(command: Command, question?: Question): unknown {
    if (thread === undefined) return undefined;
    if (question !== undefined) thread.channel.post(question);
    pass(command);
    const event = handBack();
    const message = thread.channel.receive();
    if (event === Event.told) return message;
    throw new ModelError(play.name, decisions, message);
  }

  function discard(): void {
    const { worker, channel, life } = thread!;
    thread = undefined;
    away = false;
    channel.close();
    life.close();
    void worker.terminate();
  }

  const stage: SplitStage = {
    start(seed, resetOptions) {
      // An action was sent whose outcome was never received: the old thread is of no use.
      if (away) discard();
      thread ??= options.starter(() => startThread(play, module, options));
      decisions = 0;
      thread.channel.seed = seed;
      thread.channel.post(resetOptions);
      pass(Command.start);
      return moment();
    },
    resume(action) {
      stage.send(action);
      return moment();
    },
    send(action) {
      thread!.channel.writeAction(seat, action);
      pass(Command.act);
    },
    receive: moment,
    render: () => (play.render === undefined ? undefined : (told(Command.render) as Frame | undefined)),
    tell: (question) => told(Command.tell, question),
    close() {
      if (thread === undefined) return;
      if (!away) {
        pass(Command.close);
        thread.channel.handover.take(UNWINDING, thread.life.alive);
      }
      discard();
    },
  };
  return stage;
}

// The compiler rewrites the endings of imports, not of addresses.
const workerMain = loadable(new URL(`./worker-main${import.meta.url.slice(-3)}`, import.meta.url).href);

function startThread(play: Play, module: string, options: ThreadOptions): Thread {
  const { startTimeout, polls, execArgv, memoryMegabytes, print } = options;
  const shared = createShared(play.seats);
  const { port1, port2 } = new MessageChannel();
  const life = createLifeLine();
  const start: WorkerStart = {
    module: loadable(module),
    name: play.name,
    given: play.arguments,
    shared,
    port: port2,
    life: life.end,
    polls,
    stdout: print === 'stderr' ? 2 : 1,
    megabytes: memoryMegabytes ?? Number.POSITIVE_INFINITY,
  };
  const worker = new Worker(new URL(workerMain), {
    workerData: start,
    transferList: [port2, life.end],
    ...(execArgv !== undefined && { execArgv: [...execArgv] }),
    ...(memoryMegabytes !== undefined && { resourceLimits: limitsOf(memoryMegabytes) }),
  });
  // What goes wrong in the thread comes through the channel; an 'error' event without a listener would end the process.
  worker.on('error', () => {});
  worker.unref();
  const channel = openChannel(shared, port1, play.seats, 'parent', polls);
  const room = worker.resourceLimits?.maxOldGenerationSizeMb ?? 0;
  const ready = channel.handover.take(startTimeout, life.alive);
  if (ready && channel.kind === Event.ready) return { worker, channel, life, room };
  const cause = ready ? channel.receive() : undefined;
  const silence = life.alive() ? `nothing came back within ${startTimeout} ms` : outOfMemory(room);
  channel.close();
  life.close();
  void worker.terminate();
  throw new EnvError(
    'model',
    `sim-env: ${play.name}: its thread could not load ${module}: ${cause instanceof Error ? cause.message : silence}`,
    { cause },
  );
}

const OUTSIDE = 'waiting outside of JavaScript, as for a promise, a timer or a native call';

const outOfMemory = (megabytes: number): string =>
  `its thread ran out of memory: its objects took more than ${megabytes} MB`;

/** Young objects have a part of a thread's memory that grows with the rest. */
function limitsOf(megabytes: number): ResourceLimits {
  const maxYoungGenerationSizeMb = Math.max(1, Math.min(32, Math.floor(megabytes / 8)));
  return { maxOldGenerationSizeMb: Math.max(1, Math.floor(megabytes)), maxYoungGenerationSizeMb };
}
