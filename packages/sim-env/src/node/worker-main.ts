import { workerData } from 'node:worker_threads';
import { checkCopy } from '../copies.ts';
import type { Play } from '../env/stage.ts';
import { EnvError } from '../env-error.ts';
import type { WorkerStart } from './blocking.ts';
import { Event, openChannel } from './channel.ts';
import { host } from './host.ts';
import { listenForTheEnd } from './last-words.ts';
import { printAtOnce } from './output.ts';
import { portable } from './portable.ts';
import { createRoom } from './room.ts';

const { module, name, given, shared, port, polls, stdout, megabytes } = workerData as WorkerStart;
printAtOnce(stdout);
const failed = openChannel(shared, port, [], 'worker', polls);

const lastWords = listenForTheEnd(failed);

let play: Play | undefined;
try {
  const found = await findPlay(module, name);
  play = given === undefined ? found : found.withArguments!(given);
} catch (error) {
  failed.post(portable(error));
  failed.kind = Event.error;
  lastWords.keep();
  failed.handover.pass();
}
if (play !== undefined) {
  await host(play, openChannel(shared, port, play.seats, 'worker', polls), lastWords, createRoom(megabytes));
}

/** The environment that the module exports under its own name. */
async function findPlay(url: string, wanted: string): Promise<Play> {
  const exported = Object.values((await import(url)) as Record<string, unknown>);
  const plays = exported.flatMap((value) =>
    typeof value === 'function' && 'play' in value ? [value.play as Play] : [],
  );
  const found = plays.find((candidate) => candidate.name === wanted);
  if (found !== undefined) {
    checkCopy(wanted, found);
    return found;
  }
  const names = plays.map((candidate) => candidate.name).join(', ') || 'none';
  throw new EnvError(
    'setting',
    `sim-env: ${url} exports no environment called "${wanted}"; the environments that it exports: ${names}`,
  );
}
