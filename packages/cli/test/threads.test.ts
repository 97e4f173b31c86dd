import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';

const counter = fileURLToPath(new URL('thread-counter.js', import.meta.url));

/** What `thread-counter.js` says of a run: the threads that training adds, and what threads and child processes of the run are told. */
async function counted(words: readonly string[], variable: string) {
  const args = [counter, 'run', 'test/threads', '--json', '--out', join(temporaryFolder(), 'run'), ...words];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, UNBRAID_THREADS: variable },
  });
  return JSON.parse(stdout).summary;
}

describe.runIf(process.platform === 'linux')('training', () => {
  it.each([
    [['--threads', '1'], '3'],
    [[], '1'],
  ])('with %j and UNBRAID_THREADS=%s is one thread, in ONNX Runtime and in kernels', async (words, variable) => {
    expect(await counted(words, variable)).toEqual({ added: 0, inThread: '1', inChild: '1' });
  });

  it('with --threads 3 has more, of which threads and child processes know', async () => {
    const { added, ...told } = await counted(['--threads', '3'], '');
    expect(told).toEqual({ inThread: '3', inChild: '3' });
    expect(added).toBeGreaterThanOrEqual(2);
  });
});

describe('--threads', () => {
  const machineOf = (out: string) => JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')).machine;

  it('is recorded in the run and in the command that makes it again, and is gone after it', async () => {
    const [out, before] = [join(temporaryFolder(), 'run'), process.env.UNBRAID_THREADS];
    expect((await call(['run', 'test/adder', '--threads', '3', '--out', out])).code).toBe(0);
    expect(machineOf(out).threads).toBe(3);
    expect(readFileSync(join(out, 'config.json'), 'utf8')).toContain('--seed 0 --threads 3');
    expect(process.env.UNBRAID_THREADS).toBe(before);
  });

  it('of a resumed run may be another, which changes no number and is not noted', async () => {
    const out = join(temporaryFolder(), 'run');
    const failing = ['run', 'test/adder', '--set', 'mode=fails', '--threads', '3', '--out', out];
    expect((await call(failing)).code).toBe(1);
    const { stderr } = await call(['resume', out, '--threads', '5']);
    expect(stderr).toContain('unbraid: the adder failed');
    expect(stderr).not.toContain('its numbers may differ');
  });

  it.each(['0', '-1', '1.5', 'two', '', '1025'])('%j is refused before anything is written', async (threads) => {
    const out = join(temporaryFolder(), 'run');
    const { code, stderr } = await call(['run', 'test/adder', `--threads=${threads}`, '--out', out]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `unbraid: --threads ${threads}: a whole number from 1 to 1024 is needed\n`,
    });
    expect(existsSync(out)).toBe(false);
  });

  it('is what a wrong UNBRAID_THREADS is overridden by', async () => {
    vi.stubEnv('UNBRAID_THREADS', 'all');
    onTestFinished(() => void vi.unstubAllEnvs());
    const out = join(temporaryFolder(), 'run');
    const { code, stderr } = await call(['run', 'test/adder', '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'unbraid: UNBRAID_THREADS is "all"; a whole number from 1 to 1024 is needed, or leave it unset\n',
    );
    expect((await call(['run', 'test/adder', '--threads', '2', '--out', out])).code).toBe(0);
  });
});
