import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/** Whether a thread is alive, told to one that blocks: events would come through the loop that is blocked. */
export interface LifeLine {
  /** For the thread to hold, and to transfer to it. */
  readonly end: MessagePort;
  alive(): boolean;
  close(): void;
}

/** Takes no messages; what it is asked to send shows what it is asked to send with. */
const probe = new MessageChannel().port1;
probe.unref();

/**
 * A port closes when the thread that holds its other end has ended; reading from it is how one that blocks finds out. A closed port cannot be
 * transferred, and naming it twice keeps one that is open from being transferred too: the error says which of the two it is. Where an error says
 * neither, the thread counts as alive, and patience decides.
 */
export function createLifeLine(): LifeLine {
  const { port1, port2 } = new MessageChannel();
  return {
    end: port2,
    alive() {
      receiveMessageOnPort(port1);
      try {
        probe.postMessage(null, [port1, port1]);
      } catch (error) {
        return !(error as Error).message.includes('detached');
      }
      return true;
    },
    close: () => port1.close(),
  };
}
