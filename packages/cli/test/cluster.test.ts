import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres, NEEDS_POSTGRES, startPostgres, type TestPostgres } from '../../cluster/test/postgres.ts';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';
import { bin, newRun, resultOf, start, statusOf, unitsDone, until } from './spawned.ts';

const postgres = findPostgres();
/** What waits for silences and ends of processes, minutes together: `npm run test:cluster`. */
const itIfAll = it.skipIf(process.env.UNBRAID_CLUSTER !== 'all');
const slowly = ['--set', 'pause=40'];

let server: TestPostgres;
let alone: Promise<ReturnType<typeof resultOf>> | undefined;

/** What one process makes of the settings that most tests have; a pause changes nothing. */
function ofOneProcess() {
  alone ??= (async () => {
    const out = newRun();
    expect((await start(['run', 'test/groups', '--workers', '1', '--out', out]).ended).code).toBe(0);
    return resultOf(out);
  })();
  return alone;
}

/** A database that `queue init` has prepared. */
async function prepared(): Promise<string> {
  const url = await server.createDatabase();
  expect(await call(['queue', 'init', url])).toMatchObject({ code: 0 });
  return url;
}

const run = (url: string, out: string, ...more: string[]) =>
  start(['run', 'test/groups', '--json', '--out', out, '--on', url, ...more]);
const worker = (url: string, ...more: string[]) => start(['worker', '--on', url, '--cores', '1', ...more]);
const resume = (url: string, out: string, ...more: string[]) =>
  start(['resume', out, '--json', '--on', url, ...more]).ended;
const shown = (url: string) => url.replace(/:[^:@/]*@/, '@');
const passwordOf = (url: string) => new URL(url).password;

interface RunStatus {
  readonly status: string;
  readonly error?: string;
  readonly units: { readonly total: number; readonly done: number; readonly active: number; readonly waiting: number };
}

async function statusIn(url: string, id = '1'): Promise<RunStatus | undefined> {
  const { stdout } = await call(['queue', 'status', url, '--json']);
  return JSON.parse(stdout).runs.find((each: { id: string }) => each.id === id);
}

const unitsIn = (url: string, is: (units: RunStatus['units']) => boolean) =>
  until(async () => {
    const found = await statusIn(url);
    return found !== undefined && is(found.units);
  });

async function expectDone(out: string, ended: Promise<{ code: number | null; stderr: string; stdout: string }>) {
  const { code, stderr, stdout } = await ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr });
  expect(resultOf(out)).toEqual(await ofOneProcess());
  return JSON.parse(stdout);
}

beforeAll(async () => {
  if (!existsSync(new URL('../dist/index.js', import.meta.url)))
    throw new Error('these tests run built files; run "npm run build" first');
  if (postgres !== undefined) server = await startPostgres(postgres);
}, 120_000);
afterAll(() => server?.stop());

describe.skipIf(postgres === undefined)(`runs on many machines (${NEEDS_POSTGRES})`, () => {
  it('have the files of one process, and tell nobody the password', async () => {
    const url = await prepared();
    const out = newRun();
    const workers = [worker(url), worker(url)];
    const coordinator = run(url, out, ...slowly);
    const { summary } = await expectDone(out, coordinator.ended);
    expect(summary.workers).toBe(2);
    expect(await statusIn(url)).toMatchObject({ status: 'done', units: { done: 18 } });
    for (const { child } of workers) child.kill('SIGTERM');
    const texts = [coordinator.texts, ...workers.map(({ texts }) => texts)].map(
      ({ stdout, stderr }) => stdout + stderr,
    );
    for (const { ended } of workers) expect((await ended).code).toBe(0);
    const files = ['config.json', 'report.html', 'state.json'].map((name) => readFileSync(join(out, name), 'utf8'));
    const status = await call(['queue', 'status', url]);
    for (const text of [...texts, ...files, status.stdout]) expect(text).not.toContain(passwordOf(url));
    expect(texts[1]).toContain(`Worker of ${shown(url)}: 1 unit at once.`);
    for (const { temporary } of workers) expect(readdirSync(temporary)).toEqual([]);
  });

  it('are shown by the lab while they wait, also without their directory, and without the password', async () => {
    const url = await prepared();
    const { code } = await run(url, newRun(), '--detach').ended;
    expect(code).toBe(0);
    const lab = start(['lab', '--on', url, '--json'], { env: { UNBRAID_CACHE: newRun() } });
    await until(() => lab.texts.stdout.includes('\n'));
    const { origin, token } = JSON.parse(lab.texts.stdout);
    const answer = await fetch(`${origin}/api/runs`, { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toMatchObject({
      runs: [
        { experiment: 'test/groups', place: shown(url), status: 'waiting', units: { run: '1', active: 0, failed: 0 } },
      ],
    });
    lab.child.kill('SIGINT');
    const { code: ending, stderr } = await lab.ended;
    expect({ ending, stderr }).toEqual({ ending: 0, stderr: 'Closing the lab.\n' });
    expect(lab.texts.stdout).not.toContain(passwordOf(url));
    expect(readdirSync(lab.temporary)).toEqual([]);
  });

  it('give the summary of one process for an experiment of the papers, with one worker killed', async () => {
    const url = await prepared();
    const words = ['run', 'gfgn/dimensions', '--preset', 'smoke', '--json', '--out'];
    const here = newRun();
    expect((await start([...words, here, '--workers', '1'], { program: bin }).ended).code).toBe(0);
    const out = newRun();
    const [first] = [1, 2].map(() => start(['worker', '--on', url, '--cores', '1'], { program: bin }));
    const coordinator = start([...words, out, '--on', url], { program: bin });
    await unitsIn(url, ({ active }) => active > 0);
    first!.child.kill('SIGKILL');
    const { code, stderr } = await coordinator.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr });
    expect(resultOf(out)).toEqual(resultOf(here));
  });

  itIfAll(
    'go on elsewhere from the last state when a worker is killed',
    async () => {
      const url = await prepared();
      const out = newRun();
      const long = ['--set', 'items=1', '--set', 'steps=60', '--set', 'pause=150'];
      const first = worker(url);
      const coordinator = run(url, out, ...long);
      await until(async () => (await server.execute(url, 'select 1 from unbraid.state')).length > 0);
      first.child.kill('SIGKILL');
      const began = Date.now();
      worker(url);
      await until(async () => (await server.execute(url, 'select 1 from unbraid.unit where attempt = 2')).length > 0);
      expect(Date.now() - began).toBeLessThan(60_000);
      expect((await coordinator.ended).code).toBe(0);
      const other = newRun();
      expect(
        (
          await start(['run', 'test/groups', '--out', other, '--workers', '1', '--set', 'items=1', '--set', 'steps=60'])
            .ended
        ).code,
      ).toBe(0);
      expect(resultOf(out)).toEqual(resultOf(other));
    },
    120_000,
  );

  itIfAll('end at Ctrl-C of the coordinator: workers stop, and resume goes on', async () => {
    const url = await prepared();
    const out = newRun();
    const helper = worker(url);
    const coordinator = run(url, out, '--set', 'pause=300');
    await until(() => unitsDone(out) > 2);
    coordinator.child.kill('SIGINT');
    const { code, stderr } = await coordinator.ended;
    expect(code).toBe(130);
    expect(stderr).toContain(`--on ${shown(url)}`);
    expect(statusOf(out)).toBe('interrupted');
    expect((await statusIn(url))?.status).toBe('cancelled');
    await unitsIn(url, ({ active }) => active === 0);
    const second = worker(url);
    await expectDone(out, resume(url, out));
    for (const { child } of [helper, second]) child.kill('SIGTERM');
  });

  itIfAll('go on without the coordinator after --detach, and resume collects', async () => {
    const url = await prepared();
    const out = newRun();
    const left = await run(url, out, '--detach').ended;
    expect(left.code).toBe(0);
    expect(JSON.parse(left.stdout)).toMatchObject({ runDir: out, detached: { run: '1', database: shown(url) } });
    expect(left.stderr).toContain('Run 1 of ');
    expect(left.stderr).toMatch(/Collect it with: .* resume .* --on postgres:/);
    expect(statusOf(out)).toBe('interrupted');
    expect((await statusIn(url))?.status).toBe('offered');
    worker(url);
    await unitsIn(url, ({ done, total }) => done === total);
    // The next group is offered by whoever collects this one.
    expect(JSON.parse((await resume(url, out, '--detach')).stdout).detached.run).toBe('1');
    await expectDone(out, resume(url, out));
  });

  it('survive a coordinator that is killed, and a restart of Postgres', async () => {
    const url = await prepared();
    const out = newRun();
    const workers = [worker(url), worker(url)];
    const first = run(url, out, '--set', 'pause=100');
    await until(() => unitsDone(out) > 3);
    first.child.kill('SIGKILL');
    await first.ended;
    const done = unitsDone(out);
    const second = resume(url, out);
    await until(() => unitsDone(out) > done);
    await server.restart('immediate', 1);
    await expectDone(out, second);
    for (const { child, ended } of workers) {
      child.kill('SIGINT');
      expect((await ended).code).toBe(0);
    }
  }, 120_000);

  itIfAll('are cancelled and offered again by `queue`', async () => {
    const url = await prepared();
    const out = newRun();
    const helper = worker(url);
    const coordinator = run(url, out, '--set', 'pause=300');
    await until(() => unitsDone(out) > 2);
    const cancelled = await call(['queue', 'cancel', url, '1']);
    expect(cancelled).toMatchObject({ code: 0, stdout: expect.stringContaining('Run 1 is cancelled') });
    expect(await coordinator.ended).toMatchObject({ code: 1, stderr: expect.stringContaining('was cancelled') });
    await unitsIn(url, ({ active }) => active === 0);
    expect(JSON.parse((await call(['queue', 'retry', url, '1', '--json'])).stdout).run.status).toBe('offered');
    await unitsIn(url, ({ done, total }) => done === total);
    await expectDone(out, resume(url, out));
    expect(await call(['queue', 'cancel', url, '1'])).toMatchObject({
      code: 2,
      stderr: 'unbraid: run 1 is done; there is nothing to cancel\n',
    });
    expect((await call(['queue', 'remove', url, '1'])).code).toBe(0);
    expect(await statusIn(url)).toBeUndefined();
    expect(helper.child.exitCode).toBe(null);
  });

  itIfAll('fail by a unit that throws, or that ends its process three times', async () => {
    const url = await prepared();
    worker(url);
    worker(url);
    const thrown = await run(url, newRun(), '--set', 'three=throws').ended;
    expect(thrown).toMatchObject({ code: 1, stderr: expect.stringContaining('unbraid: no 3 and here is why\n') });
    const deadly = await run(url, newRun(), '--set', 'three=exits').ended;
    expect(deadly.code).toBe(1);
    expect(deadly.stderr).toContain('exit code 7; printed at the end: native code: cannot go on');
    const { stdout } = await call(['queue', 'status', url, '2']);
    expect(stdout).toMatch(/^status +failed$/m);
    expect(stdout).toMatch(/^units +\d of 9 done, \d active, \d waiting, 1 failed$/m);
  });

  it('are left to workers of the same versions, which others say', async () => {
    const url = await prepared();
    const out = newRun();
    const other = start(['worker', '--on', url, '--cores', '1'], { env: { TEST_VERSION: '2.0.0' } });
    const coordinator = run(url, out);
    await until(() => other.texts.stderr.includes('takes no units'));
    expect(other.texts.stderr).toMatch(
      /This worker takes no units of run 1 \(run\), which requires .*; it has .*groups 2\.0\.0/,
    );
    expect((await statusIn(url))?.units).toMatchObject({ active: 0 });
    worker(url);
    await expectDone(out, coordinator.ended);
    expect(other.texts.stderr.match(/takes no units/g)).toHaveLength(1);
  });

  itIfAll('of `fit` go to workers that have the files', async () => {
    const url = await prepared();
    const folder = temporaryFolder();
    const data = join(folder, 'data.csv');
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * 5) % 11},${(i % 7) * 2 + ((i * 5) % 11)}`);
    writeFileSync(data, ['a,b,y', ...rows].join('\n'));
    const out = newRun();
    const fit = start(['fit', 'galu', data, '--target', 'y', '--preset', 'smoke', '--json', '--out', out, '--on', url]);
    await unitsIn(url, ({ waiting }) => waiting > 0);
    const text = readFileSync(data, 'utf8');
    writeFileSync(data, `${text}\n1,2,4`);
    const without = worker(url);
    await until(() => without.texts.stderr.includes('takes no more units of run 1'));
    expect(without.texts.stderr).toContain(data);
    writeFileSync(data, text);
    worker(url);
    const { code, stderr } = await fit.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr });
  });

  it('can be a sweep', async () => {
    const url = await prepared();
    worker(url);
    const words = ['sweep', 'test/groups', '--set', 'items=1,2', '--seeds', '0..1', '--json'];
    const [here, there] = await Promise.all(
      [
        ['--workers', '1'],
        ['--on', url],
      ].map((place) => start([...words, '--out', newRun(), ...place]).ended),
    );
    expect({ code: there!.code, stderr: there!.stderr }).toEqual({ code: 0, stderr: there!.stderr });
    const trials = ({ stdout }: { stdout: string }) =>
      JSON.parse(stdout).trials.map(({ summary }: { summary: { total: number } }) => summary.total);
    expect(trials(there!)).toHaveLength(4);
    expect(trials(there!)).toEqual(trials(here!));
  });

  itIfAll('are worked for by `worker --once` until nothing is left', async () => {
    const url = await prepared();
    expect(await worker(url, '--once').ended).toMatchObject({ code: 0 });
    const out = newRun();
    const coordinator = run(url, out);
    await unitsIn(url, ({ waiting }) => waiting > 0);
    const helper = worker(url, '--once');
    await expectDone(out, coordinator.ended);
    expect((await helper.ended).code).toBe(0);
  });

  it('fail where a value is too large for the database, and no store was named', async () => {
    const url = await prepared();
    worker(url);
    const { code, stderr } = await start(['run', 'test/large', '--set', 'megabytes=70', '--out', newRun(), '--on', url])
      .ended;
    expect(code).toBe(1);
    expect(stderr).toContain('UNBRAID_STORE');
  });

  it('are refused where the database can not be used, before anything is written', async () => {
    const url = await server.createDatabase();
    const out = newRun();
    const tries: [string, string][] = [
      [url, "isn't prepared for runs; prepare it: unbraid queue init"],
      [url.replace(passwordOf(url), 'wrong-secret'), 'the password of unbraid is wrong'],
      [url.replace(/\w+$/, 'nowhere'), 'there is no database "nowhere"'],
      ['postgres://unbraid:wrong-secret@127.0.0.1:1/x', 'no Postgres answers at 127.0.0.1:1'],
      ['mysql://unbraid:wrong-secret@127.0.0.1/x', 'is no address of a Postgres database'],
    ];
    for (const [address, text] of tries) {
      const commands = [
        ['run', 'test/adder', '--out', out, '--on', address],
        ['worker', '--on', address],
        ['queue', 'status', address],
      ];
      for (const words of commands) {
        const { code, stdout, stderr } = await call(words, { worker: { module: bin } });
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
        expect(stderr).toContain(text);
        expect(stderr.trimEnd().split('\n')).toHaveLength(1);
        for (const password of [passwordOf(url), 'wrong-secret']) expect(stderr).not.toContain(password);
      }
    }
    expect(existsSync(out)).toBe(false);
    await call(['queue', 'init', url]);
    await server.execute(url, 'insert into unbraid.migration (number) values (99)');
    expect(await call(['queue', 'status', url])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('of a newer version'),
    });
  });

  it('are shown by `queue status`', async () => {
    const url = await prepared();
    expect(await call(['queue', 'init', url])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is prepared already'),
    });
    expect((await call(['queue', 'status', url])).stdout).toBe('No runs.\n\nNo workers.\n');
    await run(url, newRun(), '--detach').ended;
    const { stdout } = await call(['queue', 'status', url]);
    expect(stdout).toMatch(/^ *1 +run +test\/groups +short +offered +1\/9 +0 +8 +0 /m);
    expect(await call(['queue', 'status', url, '7'])).toMatchObject({
      code: 2,
      stderr: `unbraid: ${shown(url)} has no run 7; there is 1\n`,
    });
  });
});

it('what does not go together is refused', async () => {
  expect(await call(['run', 'test/adder', '--detach'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--on'),
  });
  expect(await call(['run', 'test/adder', '--workers', '2', '--on', 'postgres://u@h/d'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("option '--workers <n>'"),
  });
  expect(await call(['worker'])).toMatchObject({ code: 2 });
  const some = ['worker', '--on', 'postgres://u@h/d', '--cores'];
  expect((await call([...some, '0'])).stderr).toContain('--cores 0');
  expect((await call([...some, '2', '--threads', '3'])).stderr).toContain(
    "--threads 3: a unit can't have more threads",
  );
});

it('without the optional package the command says how to install it', async () => {
  const env = { NODE_OPTIONS: `--import=${new URL('without-cluster.js', import.meta.url).href}` };
  const out = newRun();
  for (const words of [
    ['queue', 'init', 'postgres://u@h/d'],
    ['worker', '--on', 'postgres://u@h/d'],
    ['run', 'test/groups', '--out', out, '--on', 'postgres://u@h/d'],
  ]) {
    expect(await start(words, { env }).ended).toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        'unbraid: runs on many machines need the package @unbraid/cluster, which is not installed: npm install @unbraid/cluster\n',
    });
  }
  const { code, stderr } = await start(['lab', '--on', 'postgres://u@h/d'], { env }).ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^unbraid: (lab: )?runs of a database need the package @unbraid\/cluster, .*: npm install @unbraid\/cluster\n$/,
  );
  expect(existsSync(out)).toBe(false);
});
