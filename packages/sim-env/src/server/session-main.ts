import { parentPort, workerData } from 'node:worker_threads';
import { printAtOnce } from '../node/output.ts';
import { createRoom } from '../node/room.ts';
import { catalogueOf, loadModule } from './catalogue.ts';
import { createSession } from './session.ts';
import { READY, type SessionStart } from './session-thread.ts';
import { takingTurns } from './turns.ts';

/** A thread that has one client's environments: whatever they do, other clients' go on. It ends by null in place of a message. */

const { modules, limits, turns, place } = workerData as SessionStart;
const port = parentPort!;
const room = createRoom(limits.memoryMegabytes);

// The server's own standard output is for whoever started it.
printAtOnce(2);

const catalogue = catalogueOf(await Promise.all(modules.map(loadModule)));
const session = createSession(catalogue, limits.environments, limits, {
  starter: (start) => takingTurns(turns, place, start),
  // The main thread has time, and lives on where this one is ended meanwhile.
  locator: (start) => port.postMessage({ locate: start }),
});

port.on('message', (message: Uint8Array | null) => {
  if (message === null) {
    session.close();
    port.close();
    return;
  }
  const reply = session.answer(message);
  room();
  port.postMessage(reply, [reply.buffer]);
});
port.postMessage(READY);
