import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { usableCores } from '@unbraid/checks/node';

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: usableCores(),
    memoryGigabytes: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()}`,
    node: process.versions.node,
  };
}

/** How many threads wanted a core, on average over the last minute; null on Windows, which doesn't count them. */
export function load(): number | null {
  return process.platform === 'win32' ? null : Math.round(loadavg()[0]! * 100) / 100;
}
