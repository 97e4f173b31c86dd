import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { call } from './call.ts';
import { childrenOf } from './processes.ts';
import { random } from './random.ts';
import { bin, newRun, pause, resultOf, start, statusOf, unitsDone, until } from './spawned.ts';

const program = fileURLToPath(new URL('groups-entry.js', import.meta.url));

const groups = (out: string, ...more: string[]) =>
  start(['run', 'test/groups', '--json', '--out', out, ...more], { program });
const resume = (out: string, ...more: string[]) => start(['resume', out, '--json', ...more], { program }).ended;
const slowly = ['--set', 'pause=40'];

/** What units that are under way have saved. */
const statesOf = (out: string) => readdirSync(join(out, 'checkpoints')).filter((name) => name.startsWith('state-'));

const isThere = (pid: number) => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(statusText(pid));
const statusText = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return 'State:\tZ';
  }
};

/** How often the command said that a worker ended at a unit, by the unit's key. */
function deathsOf(stderr: string): Map<string, number> {
  const deaths = new Map<string, number>();
  for (const [, key] of stderr.matchAll(/ while it did unit "([^"]*)"/g)) deaths.set(key!, (deaths.get(key!) ?? 0) + 1);
  return deaths;
}

let alone: Promise<ReturnType<typeof resultOf>> | undefined;

/** What one process makes of the settings that most tests have; a pause changes nothing. */
function ofOneProcess() {
  alone ??= (async () => {
    const out = newRun();
    expect((await groups(out, '--workers', '1').ended).code).toBe(0);
    return resultOf(out);
  })();
  return alone;
}

async function expectResumed(out: string, ...more: string[]): Promise<void> {
  const { code, stderr } = await resume(out, ...more);
  expect({ code, stderr }).toEqual({ code: 0, stderr });
  expect(resultOf(out)).toEqual(await ofOneProcess());
}

/** What takes long is left to `npm run test:cluster`. */
const itIfAll = it.skipIf(process.env.UNBRAID_CLUSTER !== 'all');

beforeAll(() => {
  if (!existsSync(fileURLToPath(new URL('../dist/index.js', import.meta.url))))
    throw new Error('these tests run built files; run "npm run build" first');
});

describe('--workers', () => {
  it.each([2, 3])('%i gives the files of one process, and is recorded', async (workers) => {
    const out = newRun();
    const { code, stdout, stderr } = await groups(out, ...slowly, '--workers', String(workers)).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr });
    // One that is ready late may find nothing left to do.
    expect(JSON.parse(stdout).summary.workers).toBeLessThanOrEqual(workers);
    expect(resultOf(out)).toEqual(await ofOneProcess());
    const { command } = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
    expect(command).toContain(`--workers ${workers}`);
    const { environments } = JSON.parse(readFileSync(join(out, 'state.json'), 'utf8'));
    expect(environments).toMatchObject([{ machine: { workers } }]);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain(`, ${workers} workers, `);
  });

  itIfAll(
    'of an experiment of the papers gives the numbers of one process',
    async () => {
      const words = ['run', 'galu/memorize', '--preset', 'smoke', '--json'];
      const results = [];
      for (const workers of ['1', '2']) {
        const out = newRun();
        const { code, stderr } = await start([...words, '--out', out, '--workers', workers], { program: bin }).ended;
        expect({ code, stderr }).toEqual({ code: 0, stderr });
        results.push(resultOf(out));
      }
      expect(results[1]).toEqual(results[0]);
    },
    180_000,
  );

  it.each(['0', '-1', '1.5', 'two', '', '1025', 'all'])('%j is refused before anything is written', async (workers) => {
    const out = newRun();
    for (const words of [
      ['run', 'test/adder', '--out', out],
      ['resume', out],
    ]) {
      expect(await call([...words, `--workers=${workers}`], { worker: { module: program } })).toMatchObject({
        code: 2,
        stderr: `unbraid: --workers ${workers}: a whole number from 1 to 1024 or auto is needed\n`,
      });
    }
    expect(existsSync(out)).toBe(false);
  });

  it('is refused where no process can be started, and by default there is one', async () => {
    const out = newRun();
    expect(await call(['run', 'test/adder', '--out', out, '--workers', '2'])).toMatchObject({
      code: 2,
      stderr: "unbraid: --workers 2: this process can't start others\n",
    });
    expect((await call(['run', 'test/adder', '--out', out])).code).toBe(0);
  });

  itIfAll(
    'by default are those that pay, once that is known, and none where they cannot be started',
    {
      timeout: 240_000,
    },
    async () => {
      const long = ['--threads', '2', '--set', 'items=200', '--set', 'steps=1', '--set', 'slow=300'];
      const alone = newRun();
      expect((await groups(alone, ...long, '--set', 'slow=0', '--workers', '1').ended).code).toBe(0);
      for (const [how, workers, note] of [
        ['work', 3, /Independent units of about .* are left: 2 workers do them \(--workers 1: none\)/],
        ['dead', 1, /No workers can be started, so this process goes on alone: .*exit code 9/],
      ] as const) {
        const out = newRun();
        const words = ['run', 'test/groups', '--json', '--out', out, ...long, '--set', 'pause=40'];
        const { code, stdout, stderr } = await start(words, { program, env: { TEST_WORKERS: how } }).ended;
        expect({ code, stderr }).toEqual({ code: 0, stderr });
        expect(stderr).toMatch(note);
        expect(JSON.parse(stdout).summary.workers).toBe(workers);
        expect(resultOf(out)).toEqual(resultOf(alone));
      }
    },
  );
});

describe('a unit', () => {
  const three = (how: string, workers: string, out = newRun()) =>
    groups(out, '--set', `three=${how}`, '--workers', workers).ended;

  it.each([
    ['throws', 1, 'unbraid: no 3 and here is why\nWhat was done is kept.'],
    ['refuses', 2, 'unbraid: there are no data of 3\n'],
  ])('that %s fails the run as in one process', async (how, code, text) => {
    for (const workers of ['1', '2']) {
      const ended = await three(how, workers);
      expect(ended).toMatchObject({ code, stdout: '' });
      expect(ended.stderr).toContain(text);
    }
  });

  it('that ends its process three times fails the run with what it printed, and the run can go on', async () => {
    const out = newRun();
    const { code, stderr } = await three('exits', '2', out);
    expect(code).toBe(1);
    expect(
      stderr.match(/A worker ended by exit code 7 while it did unit "square 3", which is done again/g),
    ).toHaveLength(2);
    expect(stderr).toContain(
      'unbraid: unit "square 3" ended its process 3 times, at last by exit code 7; printed at the end: native code: cannot go on\n',
    );
    expect(statusOf(out)).toBe('failed');
    expect((await resume(out, '--workers', '2')).code).toBe(1);
  });

  it('that warns is heard', async () => {
    const { code, stderr } = await three('warns', '2');
    expect(code).toBe(0);
    expect(stderr).toContain('UnbraidWarning: 3 is odd\n');
  });
});

it('workers that cannot find the experiment, or not even begin, fail the run', async () => {
  const begun = (how: string) =>
    start(['run', 'test/groups', '--out', newRun(), '--workers', '2'], { program, env: { TEST_WORKERS: how } }).ended;
  const lost = await begun('lost');
  expect(lost.code).toBe(2);
  expect(lost.stderr).toContain('unbraid: there is no experiment "test/groups"');
  const dead = await begun('dead');
  expect(dead.code).toBe(1);
  expect(dead.stderr).toContain(
    'unbraid: workers end before they begin (exit code 9); printed at the end: nothing to work with\n',
  );
});

describe.runIf(process.platform === 'linux')('processes', () => {
  it('that are killed at random lose nothing, and nothing is done twice', async () => {
    const out = newRun();
    const chance = random(1);
    const { child, ended, texts } = groups(out, ...slowly, '--workers', '2');
    let [running, kills] = [true, 0];
    void ended.then(() => {
      running = false;
    });
    while (running && kills < 6) {
      await pause(300 + 1200 * chance());
      const workers = childrenOf(child.pid);
      const chosen = workers[Math.floor(chance() * workers.length)];
      // The third death at one unit fails a run, as it should.
      if (chosen !== undefined && unitsDone(out) > 0 && Math.max(0, ...deathsOf(texts.stderr).values()) < 2) {
        process.kill(chosen, 'SIGKILL');
        kills++;
      }
    }
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr });
    expect(kills).toBeGreaterThan(0);
    expect(resultOf(out)).toEqual(await ofOneProcess());
  });

  it('that are paused are waited for, and go on', async () => {
    const out = newRun();
    const { child, ended } = groups(out, ...slowly, '--workers', '2');
    await until(() => unitsDone(out) > 2);
    const [paused] = childrenOf(child.pid);
    process.kill(paused!, 'SIGSTOP');
    await pause(1500);
    process.kill(paused!, 'SIGCONT');
    expect((await ended).code).toBe(0);
    expect(resultOf(out)).toEqual(await ofOneProcess());
  });

  it('end with whoever started them, even one that computes without a pause, and the run goes on', async () => {
    for (const three of ['works', 'blocks']) {
      const out = newRun();
      const { child, ended } = groups(out, ...slowly, '--set', `three=${three}`, '--workers', '2');
      await until(() => unitsDone(out) > 3);
      const workers = childrenOf(child.pid);
      expect(workers).toHaveLength(2);
      child.kill('SIGKILL');
      expect((await ended).signal).toBe('SIGKILL');
      const killed = Date.now();
      await until(() => !workers.some(isThere));
      // The one that computes would do so for a minute.
      expect(Date.now() - killed).toBeLessThan(20_000);
      if (three === 'works') await expectResumed(out, '--workers', '3');
    }
  });

  it('that hear Ctrl-C as well save their state, none is left, and the run goes on in one process or more', async () => {
    for (const workers of ['1', '2']) {
      const out = newRun();
      const { child, ended } = groups(out, ...slowly, '--workers', '2');
      await until(() => unitsDone(out) > 3);
      // A unit has a state after its first step: one that has just begun still has it when it is interrupted.
      const known = new Set(statesOf(out));
      await until(() => statesOf(out).some((name) => !known.has(name)));
      const children = childrenOf(child.pid);
      // A terminal signals all of them.
      for (const pid of [child.pid!, ...children]) process.kill(pid, 'SIGINT');
      const { code, stderr } = await ended;
      expect(code).toBe(130);
      expect(stderr).toContain('Interrupted; its state is saved.');
      expect(stderr).not.toContain('A worker ended');
      expect(children.some(isThere)).toBe(false);
      expect(statusOf(out)).toBe('interrupted');
      expect(statesOf(out).length).toBeGreaterThan(0);
      await expectResumed(out, '--workers', workers);
    }
  });
});
