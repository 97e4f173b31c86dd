import { workerData } from 'node:worker_threads';
import type { Play } from '../env/stage.ts';
import type { WorkerStart } from './blocking.ts';
import { Event, openChannel } from './channel.ts';
import { host } from './host.ts';

const { module, name, shared, port, polls } = workerData as WorkerStart;
const failed = openChannel(shared, port, [], 'worker', polls);

let play: Play | undefined;
try {
  play = await findPlay(module, name);
} catch (error) {
  failed.post(error instanceof Error ? error : new Error(String(error)));
  failed.kind = Event.error;
  failed.handover.pass();
}
if (play !== undefined) await host(play, openChannel(shared, port, play.seats, 'worker', polls));

/** The environment that the module exports under its own name. */
async function findPlay(url: string, wanted: string): Promise<Play> {
  const exported = Object.values((await import(url)) as Record<string, unknown>);
  const plays = exported.flatMap((value) =>
    typeof value === 'function' && 'play' in value ? [value.play as Play] : [],
  );
  const found = plays.find((candidate) => candidate.name === wanted);
  if (found !== undefined) return found;
  const names = plays.map((candidate) => candidate.name).join(', ') || 'none';
  throw new Error(
    `sim-env: ${url} exports no environment called "${wanted}"; the environments that it exports: ${names}`,
  );
}
