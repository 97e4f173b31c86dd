import { parentPort, workerData } from 'node:worker_threads';
import { catalogueOf, loadModule } from './catalogue.ts';
import { createSession } from './session.ts';
import type { SessionStart } from './session-thread.ts';

/** A thread that has one client's environments: whatever they do, other clients' go on. It ends by null in place of a message. */

const { modules, environments } = workerData as SessionStart;
const port = parentPort!;

// Messages may come while the modules are loading; they wait in the port until someone listens.
const session = createSession(catalogueOf(await Promise.all(modules.map(loadModule))), environments);

port.on('message', (message: Uint8Array | null) => {
  if (message === null) {
    session.close();
    port.close();
    return;
  }
  const reply = session.answer(message);
  port.postMessage(reply, [reply.buffer]);
});
