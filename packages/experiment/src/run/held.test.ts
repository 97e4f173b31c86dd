import { spawnSync } from 'node:child_process';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import { holderOf, isHeld, readStanding } from './held.ts';
import { lockRun } from './lock.ts';
import { LEASE } from './lock-file.ts';
import { processSpace } from './process-mark.ts';

function locked(holder: object | string, age = 0): string {
  const directory = temporaryFolder();
  const path = join(directory, 'lock');
  writeFileSync(path, typeof holder === 'string' ? holder : JSON.stringify(holder));
  const then = (Date.now() - age) / 1000;
  utimesSync(path, then, then);
  return directory;
}

describe('isHeld', () => {
  it('says whether a process of this machine is at the run, and writes nothing', async () => {
    const directory = temporaryFolder();
    expect(await isHeld(directory)).toBe(false);
    const lock = await lockRun(directory);
    expect(await isHeld(directory)).toBe(true);
    expect(readdirSync(directory)).toEqual(['lock']);
    await lock.release();
    expect(await isHeld(directory)).toBe(false);
  });

  it('sees at once that a process is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    expect(await isHeld(locked({ pid, host: hostname(), start: '1', space: processSpace() }))).toBe(false);
    // The number belongs to another process by now: this one.
    expect(await isHeld(locked({ pid: process.pid, host: hostname(), start: '1', space: processSpace() }))).toBe(false);
  });

  it('believes a lock of another host, or one that names no process, for as long as others would', async () => {
    const elsewhere = { pid: 1, host: 'another', start: '1', space: 'another' };
    for (const holder of [elsewhere, 'nobody', '']) {
      expect(await isHeld(locked(holder, LEASE / 2))).toBe(true);
      expect(await isHeld(locked(holder, LEASE + 1000))).toBe(false);
    }
  });

  it('leaves it to the lock whom it names', async () => {
    const directory = temporaryFolder();
    expect(await holderOf(directory)).toBeUndefined();
    const lock = await lockRun(directory);
    expect(await holderOf(directory)).toEqual({ pid: process.pid, host: hostname() });
    await lock.release();
    expect(await holderOf(locked('nobody'))).toBeUndefined();
  });

  it('tells a run that was killed from one that is running', async () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'state.json'), JSON.stringify({ status: 'running', seconds: 3 }));
    expect(await readStanding(directory)).toEqual({ status: 'killed', seconds: 3 });
    const lock = await lockRun(directory);
    expect(await readStanding(directory)).toEqual({ status: 'running', seconds: 3 });
    await lock.release();
    writeFileSync(join(directory, 'state.json'), JSON.stringify({ status: 'failed', seconds: 3, error: 'no' }));
    expect(await readStanding(directory)).toEqual({ status: 'failed', seconds: 3, error: 'no' });
  });
});
