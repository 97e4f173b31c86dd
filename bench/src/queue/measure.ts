import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
    const before = processorSeconds();
    const answers = sides.map(answer);
    for (const side of sides) side.send('go');
    const done = await Promise.all(answers);
    const after = processorSeconds();
    const times: Times = { take: [], touch: [], complete: [] };
    for (const told of done) {
      if (told.type !== 'done') continue;
      for (const kind of ['take', 'touch', 'complete'] as const) times[kind].push(...told[kind]);
    }
    const units = times.complete.length;
    // Those of workers before may end meanwhile, and take what they had computed with them.
    const computed = [...after].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0);
    return {
      workers: task.workers,
      unitsPerSecond: units / task.seconds,
      times,
      serverSeconds: after.size === 0 ? undefined : computed / units,
    };
  } finally {
    for (const side of sides) if (side.exitCode === null) side.kill();
  }
}

/** What each process of Postgres on this machine has computed: fields 14 and 15 of `/proc/PID/stat`, proc(5), in hundredths. None where that can't be told. */
function processorSeconds(): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  if (!existsSync('/proc')) return seconds;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (!stat.includes('(postgres)')) continue;
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      seconds.set(pid, (Number(fields[11]) + Number(fields[12])) / 100);
    } catch {
      // It ended.
    }
  }
  return seconds;
}

/** @param share between 0 and 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
