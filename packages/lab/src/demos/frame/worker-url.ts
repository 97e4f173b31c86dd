import { InternalError } from '@unbraid/checks';

/** The build puts here the file of each demo's Worker, which lies beside that of this module. */
declare const UNBRAID_WORKERS: Readonly<Record<string, string>>;

/** @throws {InternalError} for a demo without a Worker */
export function workerUrl(name: string): URL {
  const file = UNBRAID_WORKERS[name];
  if (file === undefined) throw new InternalError(`lab: the page was built without a Worker for the demo ${name}`);
  return new URL(`./${file}`, import.meta.url);
}
