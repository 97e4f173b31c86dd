import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

/** The environment variables that say where data is, and whether the network may be used. */
export interface DataEnvironment {
  /** A folder with a subfolder for each data set, looked up first and never written to. */
  readonly UNBRAID_DATA?: string | undefined;
  /** Replaces the user's cache folder. */
  readonly UNBRAID_CACHE?: string | undefined;
  /** Anything but empty, `0` or `false` forbids downloads. */
  readonly UNBRAID_OFFLINE?: string | undefined;
}

/** The user's own folder for a data set: `$UNBRAID_DATA/NAME`, or undefined where the variable is not set. */
export function userDataFolder(dataset: string, environment: DataEnvironment = process.env): string | undefined {
  return environment.UNBRAID_DATA ? join(resolve(environment.UNBRAID_DATA), dataset) : undefined;
}

/**
 * Where a data set is kept once downloaded: in `$UNBRAID_CACHE`, or in the system's folder for caches
 * (`$XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows).
 */
export function cacheFolder(dataset: string, environment: DataEnvironment = process.env): string {
  const cache = environment.UNBRAID_CACHE
    ? resolve(environment.UNBRAID_CACHE)
    : envPaths('unbraid', { suffix: '' }).cache;
  return join(cache, dataset);
}

/** Whether `UNBRAID_OFFLINE` forbids downloads. */
export function isOffline(environment: DataEnvironment = process.env): boolean {
  return !['', '0', 'false'].includes(environment.UNBRAID_OFFLINE ?? '');
}
