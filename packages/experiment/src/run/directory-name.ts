/**
 * What the directory of a new run is called where nobody names it: `galu-memorize-short-20261130-101500`, by the time in UTC.
 * @param stem of the run
 * @param attempt from 1; a number follows from the second on, for where the name is taken
 */
export function directoryName(stem: string, now: Date, attempt = 1): string {
  const time = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stem}-${time}${attempt > 1 ? `-${attempt}` : ''}`;
}
