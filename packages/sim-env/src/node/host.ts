import { enterRun, type Run } from '../decisions/current-run.ts';
import type { Request } from '../decisions/request.ts';
import { answerTo } from '../env/answer-to.ts';
import { SimulationStopped } from '../env/errors.ts';
import type { Simulation } from '../env/simulation.ts';
import { endingOf, type Play, type Question } from '../env/stage.ts';
import { type Channel, Command, Event } from './channel.ts';
import type { LastWords } from './last-words.ts';
import { portable } from './portable.ts';

/**
 * The worker's side: runs simulations by a parent's commands until it is told to close.
 *
 * @param room throws where the thread holds more memory than it may
 */
export async function host(play: Play, channel: Channel, lastWords: LastWords, room: () => void): Promise<void> {
  const simulation = play.simulation();
  /** The command that came while a model was suspended and that ends its run. */
  let interruption: Command | undefined;

  function reply(event: Event): void {
    channel.kind = event;
    channel.handover.pass();
  }

  function nextCommand(): Command {
    channel.handover.take(Number.POSITIVE_INFINITY);
    return channel.kind as Command;
  }

  /** Blocks the model until its environment acts. */
  function answer(request: Request): unknown {
    if (interruption !== undefined) throw new SimulationStopped();
    try {
      room();
    } catch (error) {
      // The thread is of no more use, and the model must not catch this.
      lastWords.say(error);
      process.exit();
    }
    channel.writeRequest(request);
    reply(Event.request);
    let command = nextCommand();
    while (looks(command)) command = nextCommand();
    if (command === Command.act) return channel.readAction(request.seat);
    interruption = command;
    simulation.stop?.();
    throw new SimulationStopped();
  }

  /** Whether a command only looks at the simulation, and so is done. */
  function looks(command: Command): boolean {
    if (command === Command.render) replyWith(Event.told, () => play.render?.(simulation as never));
    else if (command === Command.tell)
      replyWith(Event.told, () => answerTo(play, simulation, channel.receive() as Question));
    else return false;
    return true;
  }

  function replyWith(event: Event, message: () => unknown): void {
    try {
      channel.post(message());
      reply(event);
    } catch (error) {
      channel.post(portable(error));
      reply(Event.error);
    }
  }

  async function episode(): Promise<void> {
    const { seed } = channel;
    const options = channel.receive();
    try {
      await runToEnd(simulation, seed, options);
      if (interruption === undefined) replyWith(Event.ending, () => endingOf(play.seats, simulation).finals);
    } catch (error) {
      // Where a command has ended the run, nobody waits for what the model makes of it.
      if (interruption === undefined) {
        channel.post(portable(error));
        reply(Event.error);
      }
    }
  }

  // The channel writes an observation at once, which is a copy.
  const seats = play.seats.map((seat) => [seat.decision, { ...seat, copy: undefined }] as const);
  const run: Run = { seats: new Map(seats), answer };
  enterRun(run);
  reply(Event.ready);
  for (;;) {
    const command: Command = interruption ?? nextCommand();
    interruption = undefined;
    if (command === Command.start) await episode();
    else if (!looks(command)) break;
  }
  channel.close();
  lastWords.keep();
  reply(Event.closed);
}

async function runToEnd(simulation: Simulation, seed: number, options: unknown): Promise<void> {
  simulation.reset(seed, options);
  const running = simulation.run();
  if (typeof running !== 'object') return;
  if ('next' in running) while (!running.next().done);
  else await running;
}
