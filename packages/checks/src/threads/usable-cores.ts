import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { posix } from 'node:path';

/** The text of a file, undefined where there is none to read. */
export type ReadText = (path: string) => string | undefined;

/**
 * The cores that this process may use: those that the operating system gives it, and no more than a container's or a service's quota of
 * processor time is worth, rounded up. Node tells of quotas only from libuv 1.49 on, which Node 20 doesn't have.
 */
export function usableCores(cores = availableParallelism(), read: ReadText = readText): number {
  return Math.max(1, Math.min(cores, Math.ceil(quotaOf(read))));
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Where Linux has a hierarchy of control groups, and how a group there tells the cores that its quota is worth. */
interface Hierarchy {
  readonly roots: readonly string[];
  coresOf(folder: string, read: ReadText): number;
}

/** https://docs.kernel.org/admin-guide/cgroup-v2.html, cpu.max: quota and period in microseconds, or `max` for no quota. */
const unified: Hierarchy = {
  roots: ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'],
  coresOf(folder, read) {
    const [quota, period] = read(`${folder}/cpu.max`)?.trim().split(/\s+/) ?? [];
    return ratio(quota, period);
  },
};

/** https://docs.kernel.org/scheduler/sched-bwc.html: a quota of -1 is none. */
const legacy: Hierarchy = {
  roots: ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct', '/sys/fs/cgroup/cpuacct,cpu'],
  coresOf: (folder, read) => ratio(read(`${folder}/cpu.cfs_quota_us`), read(`${folder}/cpu.cfs_period_us`)),
};

/** Quota over period; infinite unless both are positive numbers. */
function ratio(quota?: string, period?: string): number {
  const [time, of] = [Number(quota), Number(period)];
  return time > 0 && of > 0 ? time / of : Number.POSITIVE_INFINITY;
}

/** The smallest quota in cores of this process's control groups and of those that they are in; infinite where there is none. */
function quotaOf(read: ReadText): number {
  const quotas = (read('/proc/self/cgroup') ?? '').split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    const hierarchy = hierarchyOf(controllers);
    if (hierarchy === undefined || path === undefined) return [];
    return hierarchy.roots.flatMap((root) => foldersUp(root, path).map((folder) => hierarchy.coresOf(folder, read)));
  });
  return Math.min(...quotas);
}

function hierarchyOf(controllers: string | undefined): Hierarchy | undefined {
  if (controllers === '') return unified;
  return controllers?.split(',').includes('cpu') ? legacy : undefined;
}

/**
 * A group's folder and those above it, up to the root. In a container a path may be that of the machine, of which only the root is mounted, or
 * lead out of it by `..`.
 */
function foldersUp(root: string, path: string): string[] {
  const names = posix.normalize(path).split('/').filter(Boolean);
  return Array.from({ length: names.length + 1 }, (_, count) => [root, ...names.slice(0, count)].join('/'));
}
