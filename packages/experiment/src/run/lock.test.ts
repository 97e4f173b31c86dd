import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import { lockRun } from './lock.ts';
import { LEASE } from './lock-file.ts';
import { processSpace, processStart } from './process-mark.ts';

/** A folder with a lock that says `content` and was written `age` milliseconds ago. */
function locked(content: string | object, age = 0): string {
  const directory = temporaryFolder();
  const path = join(directory, 'lock');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  const then = (Date.now() - age) / 1000;
  utimesSync(path, then, then);
  return directory;
}

/** Of this very host and process, but for `changes`. */
const holder = async (changes: object = {}) => ({
  pid: process.pid,
  host: hostname(),
  start: await processStart(process.pid),
  space: processSpace(),
  ...changes,
});

/** Holds the lock for a moment: it was free, or abandoned. */
async function expectTaken(directory: string): Promise<void> {
  const lock = await lockRun(directory);
  expect(readdirSync(directory)).toEqual(['lock']);
  expect(JSON.parse(readFileSync(join(directory, 'lock'), 'utf8'))).toEqual(
    await holder({ token: expect.any(String) }),
  );
  await lock.release();
  expect(readdirSync(directory)).toEqual([]);
}

async function expectRefused(directory: string, who: string): Promise<void> {
  const before = readFileSync(join(directory, 'lock'), 'utf8');
  const message = await lockRun(directory).then(
    () => 'it was taken',
    (error: Error) => error.message,
  );
  expect(message).toMatch(/^experiment: .*delete .*if no run is going on$/);
  expect(message).toContain(who);
  expect(readFileSync(join(directory, 'lock'), 'utf8')).toBe(before);
  expect(readdirSync(directory)).toEqual(['lock']);
}

/** A process that does nothing until the test is over. */
function bystander(): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

describe('a lock', () => {
  it('keeps others out until it is released', async () => {
    const directory = temporaryFolder();
    const lock = await lockRun(directory);
    await expectRefused(directory, `process ${process.pid} on ${hostname()} is running this directory`);
    await lock.release();
    await expectTaken(directory);
  });

  it('keeps others out however long its process, which is there, has been silent', async () => {
    const directory = locked(await holder(), 100 * LEASE);
    await expectRefused(directory, `process ${process.pid}`);
  });

  it('is over with its process', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await expectTaken(locked(await holder({ pid })));
  });

  it.skipIf(process.platform === 'win32')('is over when its number belongs to a later process', async () => {
    await expectTaken(locked(await holder({ start: '1' })));
    const { pid } = bystander();
    await expectTaken(locked(await holder({ pid })));
  });

  it.runIf(process.platform === 'linux')('is over with a process that nobody has reaped', async () => {
    // The shell becomes a program that never waits for its child.
    const words = [
      '-c',
      `${process.execPath} -e "" & echo $!; exec ${process.execPath} -e "setInterval(() => {}, 1000)"`,
    ];
    const parent = spawn('/bin/sh', words, { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const pid = Number(await new Promise((said) => parent.stdout.once('data', said)));
    const state = () => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) (.).*\n$/s, '$1');
    await vi.waitFor(() => expect(state()).toBe('Z'), { timeout: 10_000 });
    const start = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21];
    await expectTaken(locked(await holder({ pid, start })));
  });

  it.each([
    ['another host', { host: 'elsewhere', pid: 1 }, 'process 1 on elsewhere'],
    ['a container that shares the name of this one', { space: 'another namespace' }, `process ${process.pid}`],
    ['a process whose start is not told', { start: undefined }, `process ${process.pid}`],
  ])('of %s is a lease that ends with a minute of silence', async (_, changes, who) => {
    await expectRefused(locked(await holder(changes)), who);
    await expectTaken(locked(await holder(changes), LEASE + 1000));
    await expectTaken(locked(await holder(changes), -LEASE - 1000));
  });

  it.each(['', 'null', '[]', '{', '{"pid":"1","host":"a"}', '{"pid":-1,"host":"a"}', '\0\0\0'])(
    'that says %j is a lease too',
    async (content) => {
      await expectRefused(locked(content), 'names no process, silent for 0 s and taken for gone after 60; wait for it');
      await expectTaken(locked(content, LEASE + 1000));
    },
  );

  it('is written again while it is held', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const directory = temporaryFolder();
    const lock = await lockRun(directory);
    const path = join(directory, 'lock');
    utimesSync(path, 0, 0);
    await vi.advanceTimersByTimeAsync(6000);
    await vi.waitFor(() => expect(statSync(path).mtimeMs).toBeGreaterThan(0));
    lock.verify();
    await lock.release();
  });

  it('tells its holder when another has taken it', async () => {
    const directory = temporaryFolder();
    const lock = await lockRun(directory);
    lock.verify();
    const path = join(directory, 'lock');
    renameSync(path, `${path}.old`);
    writeFileSync(path, "another's");
    expect(lock.verify).toThrow(
      `${path} is no longer this process's, which another took for gone; nothing more is written`,
    );
    lock.verifyIfLate();
    await lock.release();
    expect(readFileSync(path, 'utf8')).toBe("another's");
  });

  it('is another one in the same file, whose number a server may have given to it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const directory = temporaryFolder();
    const lock = await lockRun(directory);
    const path = join(directory, 'lock');
    const other = JSON.stringify(await holder({ token: 'another' }));
    writeFileSync(path, other);
    utimesSync(path, 0, 0);
    await vi.advanceTimersByTimeAsync(6000);
    expect(lock.verify).toThrow('is no longer this process');
    await lock.release();
    expect({ text: readFileSync(path, 'utf8'), time: statSync(path).mtimeMs }).toEqual({ text: other, time: 0 });
  });

  it('is looked at before a line is written where no beat has gone through for long', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const directory = temporaryFolder();
    const lock = await lockRun(directory);
    writeFileSync(join(directory, 'lock'), "another's");
    lock.verifyIfLate();
    // Beats that find the lock to be another's don't count.
    await vi.advanceTimersByTimeAsync(LEASE);
    expect(lock.verifyIfLate).toThrow('is no longer this process');
    await lock.release();
  });
});

describe('one that waits', () => {
  const waiting = () => {
    const notes: string[] = [];
    return { notes, onNote: (note: string) => void notes.push(note) };
  };

  it('says for whom, once, and has the lock when it is released', async () => {
    const directory = temporaryFolder();
    const first = await lockRun(directory);
    const { notes, onNote } = waiting();
    const second = lockRun(directory, { onNote });
    await vi.waitFor(() => expect(notes).toHaveLength(1), { timeout: 10_000 });
    await first.release();
    const lock = await second;
    expect(notes).toEqual([`Waiting: process ${process.pid} on ${hostname()} is running this directory.`]);
    lock.verify();
    await lock.release();
  });

  it("has another host's when that has been silent for a minute", async () => {
    const directory = locked(await holder({ host: 'elsewhere' }), LEASE - 3000);
    const { notes, onNote } = waiting();
    const lock = await lockRun(directory, { onNote });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(
      / on elsewhere is running this directory, silent for 5\d s and taken for gone after 60\.$/,
    );
    await lock.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('stops when it is interrupted, and leaves the lock as it is', async () => {
    const directory = temporaryFolder();
    const lock = await lockRun(directory);
    const { notes, onNote } = waiting();
    const controller = new AbortController();
    const second = lockRun(directory, { onNote, signal: controller.signal });
    await vi.waitFor(() => expect(notes).toHaveLength(1), { timeout: 10_000 });
    controller.abort();
    await expect(second).rejects.toThrow(/abort/);
    lock.verify();
    await lock.release();
  });
});

describe('of many that ask at once', () => {
  it('one takes over an abandoned lock', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const directory = locked(await holder({ pid }));
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => lockRun(directory)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(directory)).toEqual(['lock']);
  });

  it('one goes on after a process that was killed while it took over', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const directory = locked(await holder({ pid }));
    writeFileSync(join(directory, 'lock.takeover'), JSON.stringify(await holder({ pid })));
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => lockRun(directory)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(directory)).toEqual(['lock']);
  });

  const built = new URL('../../dist/run/lock.js', import.meta.url);

  it('one of two processes gets it, a hundred times, free or abandoned', async () => {
    expect(existsSync(built), 'run "npm run build" first').toBe(true);
    const directory = temporaryFolder();
    const { pid } = spawnSync(process.execPath, ['--version']);
    const abandoned = JSON.stringify(await holder({ pid }));
    const program = `
      const { lockRun } = await import(${JSON.stringify(built.href)});
      let lock;
      process.on('message', async (directory) => {
        await lock?.release();
        lock = await lockRun(directory).catch(() => undefined);
        process.send(lock !== undefined);
      });
      process.send('ready');
    `;
    const racers = [0, 1].map(() =>
      spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    );
    onTestFinished(() => racers.forEach((racer) => void racer.kill('SIGKILL')));
    const answers = () => Promise.all(racers.map((racer) => new Promise((said) => racer.once('message', said))));
    await answers();
    for (let i = 0; i < 100; i++) {
      const place = join(directory, String(i));
      mkdirSync(place);
      if (i % 2 === 1) writeFileSync(join(place, 'lock'), abandoned);
      const answered = answers();
      for (const racer of racers) racer.send(place);
      expect((await answered).filter(Boolean), `round ${i}`).toHaveLength(1);
    }
  });
});
