import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const built = (name: string) => new URL(`../dist/${name}.js`, import.meta.url).href;

/** Compiles and runs a graph. */
const computing = `
  const { add, compile, f32, trace } = await import(${JSON.stringify(built('index'))});
  const { nodeRuntime } = await import(${JSON.stringify(built('backends/node'))});
  const step = await compile(trace({ x: f32(2) }, ({ x }) => ({ y: add(x, 1) })), nodeRuntime({ threads: 1 }));
  step.inputs.x.float32.set([1, 2]);
  await step.run();
  process.stdout.write('computed ' + step.outputs.y.float32.join() + '\\n');
`;
const inWorker = (before = '') => `
  const { Worker } = await import('node:worker_threads');
  const program = ${JSON.stringify(`(async () => { ${before}; ${computing} })()`)};
  const worker = new Worker(program, { eval: true });
  await new Promise((done, failed) => worker.on('exit', done).on('error', failed));
`;

/** Runs a program in a process that has a home, a cache and a temporary folder of its own; gives what it printed and the files it left there. */
function alone(program: string, environment: Record<string, string> = {}, wrap: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-telemetry-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const places = Object.fromEntries(
    ['HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'TMPDIR'].map((name) => [name, join(folder, name)]),
  );
  for (const place of Object.values(places)) mkdirSync(place);
  const words = [...wrap, process.execPath, '--input-type=module', '-e', program];
  const env = { PATH: process.env.PATH, ...places, ...environment };
  const { stdout, stderr } = spawnSync(words[0]!, words.slice(1), { env, cwd: folder, encoding: 'utf8' });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return { stdout, stderr, files: files.map(({ name }) => name).sort() };
}

const linux = process.platform === 'linux';
const strace = linux && spawnSync('strace', ['-f', '/bin/true']).status === 0;

beforeAll(() => {
  if (!existsSync(fileURLToPath(built('index'))))
    throw new Error('these tests run built files; run "npm run build" first');
});

describe.skipIf(process.platform === 'win32')('a process that compiles and runs a graph', () => {
  test('leaves no file in its home, its cache or its temporary folder', () => {
    expect(alone(computing)).toEqual({ stdout: 'computed 2,3\n', stderr: '', files: [] });
  });

  test('leaves none either where only a worker thread does it', () => {
    expect(alone(inWorker())).toEqual({ stdout: 'computed 2,3\n', stderr: '', files: [] });
  });

  test('leaves none where a worker set the variable in its own copy of the environment, which no library sees', () => {
    const before = "process.env.ORT_DISABLE_TELEMETRY = '1'";
    expect(alone(inWorker(before))).toEqual({ stdout: 'computed 2,3\n', stderr: '', files: [] });
  });

  /** The main thread stands still while its worker computes, which says what became of it. */
  const waiting = (before: string, wait: string) => `
    const { Worker } = await import('node:worker_threads');
    const { spawnSync } = await import('node:child_process');
    const done = new Int32Array(new SharedArrayBuffer(4));
    const program = ${JSON.stringify(`(async () => {
      const { workerData } = await import('node:worker_threads');
      const { writeSync } = await import('node:fs');
      try { ${computing.replace('process.stdout.write(', 'writeSync(1, ')} } catch (error) { writeSync(1, error.message + '\\n'); }
      Atomics.store(workerData, 0, 1);
      Atomics.notify(workerData, 0);
    })()`)};
    ${before}
    new Worker(program, { eval: true, workerData: done, execArgv: [] });
    ${wait};
  `;

  const waits = 'Atomics.wait(done, 0, 0, 15000)';
  const sleeps = "spawnSync(process.execPath, ['-e', 'setTimeout(() => {}, 3000)'])";

  test.each([
    ['waits for the worker', '', waits],
    ['sleeps, but has set the variable', "process.env.ORT_DISABLE_TELEMETRY = '1'", sleeps],
  ])('leaves none where the main thread %s', (_, before, wait) => {
    expect(alone(waiting(before, wait))).toEqual({ stdout: 'computed 2,3\n', stderr: '', files: [] });
  });

  test('makes no session where a worker can not reach the environment, and says what to do', () => {
    const before = `
      const { Session } = await import('node:inspector/promises');
      Session.prototype.connectToMainThread = () => { throw new Error('no inspector here'); };
    `;
    const { stderr, files } = alone(inWorker(before));
    expect(stderr).toContain(
      "graph: a worker thread can't turn ONNX Runtime's telemetry off (main thread: no inspector here); " +
        'set ORT_DISABLE_TELEMETRY=1 in the environment that Node is started with\n',
    );
    expect(files).toEqual([]);
    expect(alone(inWorker(before), { ORT_DISABLE_TELEMETRY: '1' })).toMatchObject({
      stdout: 'computed 2,3\n',
      files: [],
    });
  });

  test.runIf(linux)("leaves a user's own value alone: with 0, ONNX Runtime does what it does by itself", () => {
    const { stdout, files } = alone(`${computing}; console.log(process.env.ORT_DISABLE_TELEMETRY);`, {
      ORT_DISABLE_TELEMETRY: '0',
    });
    expect(stdout).toBe('computed 2,3\n0\n');
    expect(files).toContain('onnxruntime.db');
  });

  test.runIf(strace)('opens no connection to the network', () => {
    for (const program of [computing, inWorker()]) {
      const { stdout, stderr } = alone(program, {}, ['strace', '-f', '-e', 'trace=connect,sendto,sendmsg']);
      expect(stdout).toBe('computed 2,3\n');
      expect(stderr).toContain('exited with 0');
      expect(stderr).not.toMatch(/AF_INET/);
    }
  });
});

/** Sources that load ONNX Runtime for Node themselves: that name its packages, other than for their types or to compare a name. */
function importers(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter(({ name }) => /\.[cm]?[jt]s$/.test(name) && !name.endsWith('.test.ts'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !/[\\/](node_modules|dist)[\\/]/.test(path))
    .filter((path) =>
      /^(?!import type|.*===).*(?:'onnxruntime-node(?:\/[\w.]+)?'|`@unbraid\/ort-\$)/m.test(readFileSync(path, 'utf8')),
    )
    .map((path) => path.slice(root.length).replaceAll('\\', '/'));
}

test('ONNX Runtime for Node is loaded by two files alone, a binding each, which turn telemetry off', () => {
  const backends = 'packages/graph/src/backends';
  const bindings = [`${backends}/capi/find.ts`, `${backends}/node-binding.ts`];
  expect([...importers('packages'), ...importers('bench')].sort()).toEqual(bindings);
});
