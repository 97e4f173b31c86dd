import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';

const entry = fileURLToPath(new URL('entry.js', import.meta.url));
const built = fileURLToPath(new URL('../dist/index.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], stdout: 'pipe' | number = 'pipe') {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', stdout, 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout?.on('data', (text) => {
    texts.stdout += text;
  });
  child.stderr?.on('data', (text) => {
    texts.stderr += text;
  });
  const ended = new Promise<Ended>((done) => child.on('close', (code, signal) => done({ code, signal, ...texts })));
  return { child, ended };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until `count` terms are done. */
async function reached(out: string, count: number): Promise<void> {
  const metrics = join(out, 'metrics.jsonl');
  while (!existsSync(metrics) || readFileSync(metrics, 'utf8').split('\n').length <= count) await pause(5);
}

const newRun = () => join(temporaryFolder(), 'run');
const slow = (out: string, ...more: string[]) =>
  start(['run', 'test/adder', '--json', '--set', 'terms=20', '--set', 'pause=50', '--out', out, ...more]);
const status = (out: string) => JSON.parse(readFileSync(join(out, 'state.json'), 'utf8')).status;

async function expectResumed(out: string): Promise<void> {
  const { code, stdout } = await start(['resume', out, '--json']).ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout).summary.total).toBe(3 * ((19 * 20) / 2));
  const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).i)).toEqual(Array.from({ length: 20 }, (_, i) => i));
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  expect(child.kill(signal)).toBe(true);
}

beforeAll(() => {
  if (!existsSync(built)) throw new Error('these tests run built files; run "npm run build" first');
});

describe.skipIf(process.platform === 'win32')('a running process', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'saves its state on %s, ends with 130, and resumes',
    async (signal) => {
      const out = newRun();
      const { child, ended } = slow(out);
      await reached(out, 3);
      kill(child, signal);
      const { code, stdout, stderr } = await ended;
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
      expect(stderr).toMatch(/\nInterrupted; its state is saved\. Go on with: .* resume .*\n$/);
      expect(status(out)).toBe('interrupted');
      expect(readdirSync(out)).not.toContain('lock');
      await expectResumed(out);
    },
  );

  it.runIf(process.platform === 'linux').each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'saves its state when npm, which started it by a shell, is ended by %s',
    async (signal) => {
      const out = newRun();
      const folder = temporaryFolder();
      // As npx does it: a shell that stays, and passes nothing on. The title is how npm calls itself.
      const words = [
        process.execPath,
        entry,
        'run',
        'test/adder',
        '--set',
        'terms=300',
        '--set',
        'pause=20',
        '--out',
        out,
      ];
      const script = `process.title = 'npm exec unbraid';
        const { spawn } = require('node:child_process');
        const shell = spawn('/bin/sh', ['-c', ${JSON.stringify(`${words.join(' ')}; exit $?`)}], { stdio: 'ignore' });
        process.on('SIGTERM', () => shell.kill('SIGTERM'));
        shell.on('exit', () => process.exit());`;
      const npm = spawn(process.execPath, ['-e', script], { cwd: folder, stdio: 'ignore' });
      await reached(out, 3);
      npm.kill(signal);
      while (status(out) === 'running') await pause(20);
      expect(status(out)).toBe('interrupted');
      while (existsSync(join(out, 'lock'))) await pause(20);
    },
  );

  it('is killed by a second Ctrl-C when the experiment does not hear the first, and resumes', async () => {
    const out = newRun();
    const { child, ended } = slow(out, '--set', 'mode=deaf', '--set', 'terms=2');
    await reached(out, 2);
    await pause(100);
    // Until it is gone: a signal that comes too soon after the first is taken for a copy of it.
    const pressing = setInterval(() => child.kill('SIGINT'), 200);
    const { code, stderr } = await ended;
    clearInterval(pressing);
    expect(code).toBe(130);
    expect(stderr).toContain('press Ctrl-C again to stop at once');
    expect(status(out)).toBe('running');
  });

  it('resumes after it was killed without warning', async () => {
    const out = newRun();
    const { child, ended } = slow(out);
    await reached(out, 5);
    kill(child, 'SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    expect(readdirSync(out)).toContain('lock');
    await expectResumed(out);
  });

  it('keeps a second process out of its directory', async () => {
    const out = newRun();
    const { child, ended } = slow(out, '--set', 'terms=2000');
    await reached(out, 2);
    const second = await start(['resume', out]).ended;
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toContain(`process ${child.pid}`);
    kill(child, 'SIGINT');
    await ended;
  });

  it('is waited for by a second process that is told to, which then tells its results', async () => {
    const out = newRun();
    const { child, ended } = slow(out, '--set', 'terms=40');
    await reached(out, 2);
    const second = await start(['resume', out, '--wait', '--json']).ended;
    const first = await ended;
    expect(second.stderr).toContain(`Waiting: process ${child.pid} on `);
    expect(second).toMatchObject({ code: 0, signal: null });
    expect(JSON.parse(second.stdout).summary).toEqual(JSON.parse(first.stdout).summary);
  });

  it('does not mind a reader that goes away', async () => {
    const out = newRun();
    const { child, ended } = slow(out, '--set', 'pause=5');
    child.stdout?.destroy();
    const { code, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr).not.toContain('EPIPE');
    expect(status(out)).toBe('done');
  });

  it.skipIf(process.platform !== 'linux')('ends with 1 and one line when its output cannot be written', async () => {
    const out = newRun();
    const { code, stderr } = await start(['run', 'test/adder', '--out', out], openSync('/dev/full', 'w')).ended;
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^unbraid: .*ENOSPC/);
    expect(status(out)).toBe('done');
  });

  it('ends although the experiment left a timer running', async () => {
    const { code } = await start(['run', 'test/adder', '--set', 'leak=true', '--out', newRun()]).ended;
    expect(code).toBe(0);
  });

  it('gives the same numbers as a run in another process', async () => {
    const args = (out: string) => ['run', 'test/adder', '--json', '--seed', '3', '--out', out];
    const [a, b] = [await start(args(newRun())).ended, await call(args(newRun()))];
    expect(JSON.parse(a.stdout).summary).toEqual(JSON.parse(b.stdout).summary);
  });
});
