import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FromSide, SideTask, Times } from './protocol.ts';

/** Processes that play workers: more than one, for a process has one thread for all of its own. */
const PROCESSES = 4;

/** What some workers at once got done. */
export interface Measured {
  readonly workers: number;
  readonly unitsPerSecond: number;
  readonly times: Times;
  /** Seconds that the server's processes computed for a unit; undefined where they are not on this machine, or it isn't Linux. */
  readonly serverSeconds: number | undefined;
}

/** Has so many workers take, touch and complete units for some seconds. */
export async function measure(task: SideTask): Promise<Measured> {
  const count = Math.min(PROCESSES, task.workers);
  const sides = Array.from({ length: count }, (_, i) => {
    const workers = Math.floor(task.workers / count) + (i < task.workers % count ? 1 : 0);
    return fork(fileURLToPath(new URL('side.js', import.meta.url)), [JSON.stringify({ ...task, workers })]);
  });
  const answer = async (side: (typeof sides)[number]): Promise<FromSide> => {
    const [message] = await Promise.race([
      once(side, 'message'),
      once(side, 'exit').then(([code]) => Promise.reject(new Error(`bench: a process ended with ${code}`))),
    ]);
    return message as FromSide;
  };
  try {
    await Promise.all(sides.map(answer));
    const before = serverSeconds();
    const answers = sides.map(answer);
    for (const side of sides) side.send('go');
    const done = await Promise.all(answers);
    const after = serverSeconds();
    const times: Times = { take: [], touch: [], complete: [] };
    for (const told of done) {
      if (told.type !== 'done') continue;
      for (const kind of ['take', 'touch', 'complete'] as const) times[kind].push(...told[kind]);
    }
    const units = times.complete.length;
    const perUnit = before === undefined || after === undefined ? undefined : (after - before) / units;
    return { workers: task.workers, unitsPerSecond: units / task.seconds, times, serverSeconds: perUnit };
  } finally {
    for (const side of sides) if (side.exitCode === null) side.kill();
  }
}

/** That all processes of Postgres on this machine have computed: fields 14 and 15 of `/proc/PID/stat`, proc(5), in hundredths. */
function serverSeconds(): number | undefined {
  try {
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const ticks = processes.flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        if (!stat.includes('(postgres)')) return [];
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [Number(fields[11]) + Number(fields[12])];
      } catch {
        return [];
      }
    });
    return ticks.length === 0 ? undefined : ticks.reduce((a, b) => a + b, 0) / 100;
  } catch {
    return undefined;
  }
}

/** @param share between 0 and 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
