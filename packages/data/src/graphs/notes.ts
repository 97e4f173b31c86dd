import type { EdgeReport } from './graph-data.ts';

/** `3 nodes`, `1 node`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What a report on edges says, in a sentence for each count that is not 0. */
export function edgeNotes({ selfLoops, repeated, oneWay }: EdgeReport): string[] {
  return [
    ...(selfLoops > 0 ? [`${counted(selfLoops, 'self loop')} left out`] : []),
    ...(repeated > 0 ? [`${counted(repeated, 'repeated edge')} merged`] : []),
    ...(oneWay > 0 ? [`${counted(oneWay, 'edge')} given in one direction made symmetric`] : []),
  ];
}
