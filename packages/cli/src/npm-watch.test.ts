import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchNpm } from './npm-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Processes by number: their parents and commands. */
function system(processes: Record<number, [parent: number, command: string]>) {
  let gone = 0;
  const look = (pid: number) => {
    const [parent, command] = processes[pid] ?? [];
    return parent === undefined || command === undefined ? undefined : { parent, command };
  };
  const stop = watchNpm(() => gone++, look, 5);
  return {
    processes,
    stop,
    /** How often the end of npm was told after some seconds. */
    after: (seconds: number) => {
      vi.advanceTimersByTime(1000 * seconds);
      return gone;
    },
  };
}

const underShell = () =>
  system({
    2: [1, 'bash\0'],
    3: [2, 'npm exec unbraid run galu/memorize'],
    4: [3, 'sh\0-c\0unbraid'],
    5: [4, 'node\0'],
  });

it('tells once when the shell of npm is gone, and nothing before', () => {
  const { processes, after } = underShell();
  expect(after(60)).toBe(0);
  processes[5] = [1, 'node\0'];
  expect(after(2)).toBe(1);
  expect(after(60)).toBe(1);
});

it('tells when npm alone is gone, and its shell stays', () => {
  const { processes, after } = underShell();
  processes[4] = [1, 'sh\0-c\0unbraid'];
  expect(after(2)).toBe(1);
});

it('does not mind what becomes of what started npm', () => {
  const { processes, after } = underShell();
  processes[3] = [1, 'npm exec unbraid run galu/memorize'];
  expect(after(60)).toBe(0);
});

it.each([
  ['node\0/usr/bin/npx\0unbraid\0', true],
  ['node\0/usr/lib/node_modules/npm/bin/npm-cli.js\0start\0', true],
  ['bash\0-c\0./npm-like\0', false],
  ['node\0/home/npmuser/run.js\0', false],
])('takes %j for npm: %s', (command, isNpm) => {
  const { processes, after } = system({ 4: [1, command], 5: [4, 'node\0'] });
  processes[5] = [1, 'node\0'];
  expect(after(2)).toBe(isNpm ? 1 : 0);
});

it('lets a run go on whose terminal was closed, or whose script has ended', () => {
  const { processes, after } = system({ 3: [1, 'systemd\0'], 4: [3, 'bash\0'], 5: [4, 'node\0'] });
  processes[5] = [1, 'node\0'];
  expect(after(60)).toBe(0);
});

it('ends when it is asked to', () => {
  const { processes, stop, after } = underShell();
  stop();
  processes[5] = [1, 'node\0'];
  expect(after(60)).toBe(0);
});
