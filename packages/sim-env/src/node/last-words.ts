import { EnvError } from '../env-error.ts';
import { type Channel, Event } from './channel.ts';
import { portable } from './portable.ts';

/** How a thread that ends out of turn tells its parent why, which else would wait for it until its patience ends. */
export interface LastWords {
  /** Tells it, unless something has been told. */
  say(error: unknown): void;
  /** The thread ends as it was told to: there is nothing to say. */
  keep(): void;
}

/** Watches over the end of this thread, which has the turn whenever its own code runs. */
export function listenForTheEnd(channel: Channel): LastWords {
  let said = false;
  const words: LastWords = {
    say(error) {
      if (said) return;
      said = true;
      channel.post(portable(error));
      channel.kind = Event.died;
      channel.handover.pass();
    },
    keep() {
      said = true;
    },
  };
  const exit = process.exit;
  process.exit = ((code?: number | string) => {
    // Here the stack still says who wants to exit.
    words.say(new EnvError('model', `process.exit(${code ?? ''}) was called in its thread`));
    return exit(code);
  }) as typeof process.exit;
  // Rejections that nobody handles come here as well.
  process.on('uncaughtException', (error) => words.say(error));
  process.on('exit', () => {
    words.say(
      new EnvError('model', 'it awaits something that never comes: nothing is left in its thread that could bring it'),
    );
  });
  return words;
}
