import type { UnitCounts, WorkerInfo } from '../../api.ts';
import { formatDuration, plural } from '../values/format.ts';

/** How units stand, in words: `12 of 40 units done, 3 at work, 25 waiting, none failed`. */
export function unitsText({ total, done, active, waiting, failed }: UnitCounts): string {
  return `${done.toLocaleString('en-US')} of ${plural(total, 'unit')} done, ${active} at work, ${waiting} waiting, ${failed === 0 ? 'none' : failed} failed`;
}

/** Time for the units that are left, by the pace of the workers that are at work now; undefined where none has done one, or nothing is left. */
export function timeLeft({ active, waiting }: UnitCounts, workers: readonly WorkerInfo[]): string | undefined {
  const pace = workers.reduce((sum, { state, unitsPerHour = 0 }) => sum + (state === 'working' ? unitsPerHour : 0), 0);
  const left = active + waiting;
  return pace > 0 && left > 0 ? formatDuration((3600 * left) / pace) : undefined;
}

const ORDER: readonly WorkerInfo['state'][] = ['silent', 'working', 'free', 'left'];

/** Those first that something may have happened to, then by machine. */
export function byState(a: WorkerInfo, b: WorkerInfo): number {
  if (a.state !== b.state) return ORDER.indexOf(a.state) - ORDER.indexOf(b.state);
  if (a.machine !== b.machine) return a.machine < b.machine ? -1 : 1;
  return Number(a.id) - Number(b.id);
}
