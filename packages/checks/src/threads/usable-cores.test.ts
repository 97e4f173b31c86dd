import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { usableCores } from './usable-cores.ts';

/** The cores of 64 that a machine with these files gives. */
const coresWith = (files: Record<string, string>) => usableCores(64, (path) => files[path]);

describe('cores under cgroup v2', () => {
  const own = '/sys/fs/cgroup/system.slice/a.service';
  const within = { '/proc/self/cgroup': '0::/system.slice/a.service\n' };

  it.each([
    ['150000 100000\n', 2],
    ['50000 100000\n', 1],
    ['400000 100000\n', 4],
    ['300000 50000\n', 6],
    ['1000 100000\n', 1],
    ['9900000 100000\n', 64],
    ['max 100000\n', 64],
  ])('a quota %j is worth %i', (quota, cores) => {
    expect(coresWith({ ...within, [`${own}/cpu.max`]: quota })).toBe(cores);
  });

  it('the smallest quota up to the root counts', () => {
    const files = {
      ...within,
      [`${own}/cpu.max`]: '800000 100000',
      '/sys/fs/cgroup/system.slice/cpu.max': '300000 100000',
      '/sys/fs/cgroup/cpu.max': 'max 100000',
    };
    expect(coresWith(files)).toBe(3);
  });

  it("a container's quota is at its root", () => {
    expect(coresWith({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '150000 100000\n' })).toBe(2);
  });

  it('a path that leads out of the container, or of the machine, ends at the root', () => {
    const root = { '/sys/fs/cgroup/cpu.max': '200000 100000' };
    expect(coresWith({ '/proc/self/cgroup': '0::/../../other\n', ...root })).toBe(2);
    expect(coresWith({ '/proc/self/cgroup': '0::/docker/0123\n', ...root })).toBe(2);
  });

  it.each(['', 'max', '100000', 'x y', '-1 100000', '0 0', '100000 0', 'NaN NaN'])('%j is no quota', (text) => {
    expect(coresWith({ ...within, [`${own}/cpu.max`]: text })).toBe(64);
  });
});

describe('cores under cgroup v1', () => {
  const within = { '/proc/self/cgroup': '5:memory:/a\n3:cpu,cpuacct:/jobs/a:b\n2:cpuset:/a\n' };
  const quota = (folder: string, microseconds: string) => ({
    [`${folder}/cpu.cfs_quota_us`]: `${microseconds}\n`,
    [`${folder}/cpu.cfs_period_us`]: '100000\n',
  });

  it('a quota is worth its share of the period, rounded up', () => {
    expect(coresWith({ ...within, ...quota('/sys/fs/cgroup/cpu,cpuacct/jobs/a:b', '250000') })).toBe(3);
  });

  it('the smallest quota up to the root counts, and -1 is none', () => {
    const [root, above] = [quota('/sys/fs/cgroup/cpu', '-1'), quota('/sys/fs/cgroup/cpu/jobs', '500000')];
    expect(coresWith({ ...within, ...root, ...above })).toBe(5);
    expect(coresWith({ ...within, ...root })).toBe(64);
  });

  it('a quota without a period is none', () => {
    expect(coresWith({ ...within, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '100000' })).toBe(64);
  });

  it('a controller that only begins like it is another', () => {
    expect(coresWith({ '/proc/self/cgroup': '3:cpuset:/\n', ...quota('/sys/fs/cgroup/cpu', '100000') })).toBe(64);
  });

  it('beside cgroup v2 both are looked at', () => {
    const files = {
      '/proc/self/cgroup': '1:cpu:/\n0::/\n',
      ...quota('/sys/fs/cgroup/cpu', '700000'),
      '/sys/fs/cgroup/unified/cpu.max': '600000 100000',
    };
    expect(coresWith(files)).toBe(6);
  });
});

it('without control groups all cores count, and no more than there are', () => {
  expect(coresWith({})).toBe(64);
  expect(coresWith({ '/proc/self/cgroup': 'nonsense\n\n0:\n' })).toBe(64);
  expect(usableCores()).toBeGreaterThanOrEqual(1);
  expect(usableCores()).toBeLessThanOrEqual(availableParallelism());
});
