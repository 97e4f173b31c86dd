import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { nodeBackend, nodeRuntime } from './node.ts';

afterEach(() => void vi.unstubAllEnvs());

test('a backend’s name says which binding runs', () => {
  vi.stubEnv('UNBRAID_BINDING', '');
  expect(nodeBackend({ threads: 2 }).name).toBe('onnxruntime 1.30.0 by its C API, cpu, 2 threads');
  expect(nodeBackend({ threads: 1, binding: 'node' }).name).toBe('onnxruntime-node 1.30.0, cpu, 1 threads');
  vi.stubEnv('UNBRAID_BINDING', 'node');
  expect(nodeBackend().name).toMatch(/^onnxruntime-node 1.30.0, cpu/);
  expect(nodeBackend({ binding: 'capi' }).name).toMatch(/by its C API/);
});

test('the arena is memory that threads share where the binding takes it', () => {
  expect(nodeRuntime({ binding: 'capi' }).arena.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(nodeRuntime({ binding: 'node' }).arena.buffer).toBeInstanceOf(ArrayBuffer);
});

test.each([
  [{ binding: 'napi' }, 'graph: nodeBackend\'s binding is "napi"; "capi" or "node" is needed'],
  [{ binding: 'capi', provider: 'cuda' }, 'graph: the binding capi runs on cpu, not on cuda; leave the binding out'],
])('options that can’t be are refused, case %#', (options, message) => {
  expect(() => nodeBackend(options as object)).toThrow(message);
});

test('a binding that isn’t one is refused', () => {
  vi.stubEnv('UNBRAID_BINDING', 'koffi');
  expect(() => nodeBackend()).toThrow('graph: UNBRAID_BINDING is "koffi"; capi or node is needed, or leave it unset');
});

describe('where packages are missing', () => {
  /** Runs a program in a process whose `require` this code has changed. */
  function hooked(change: string, program: string) {
    const folder = mkdtempSync(join(tmpdir(), 'unbraid-fallback-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const hook = join(folder, 'hook.cjs');
    writeFileSync(
      hook,
      `const { Module } = require('node:module');
       const { _load: load, _resolveFilename: resolve } = Module;
       ${change}`,
    );
    const { UNBRAID_BINDING: _, ...env } = process.env;
    return spawnSync(process.execPath, ['--require', hook, '--input-type=module', '-e', program], {
      env,
      encoding: 'utf8',
    });
  }
  /** As with a koffi that doesn't fit the machine. */
  const withoutKoffi = (program: string) =>
    hooked(
      `Module._resolveFilename = (name, ...rest) => name.startsWith('@unbraid/ort-') ? missing(name) : resolve(name, ...rest);
       Module._load = (name, ...rest) => {
         if (name.startsWith('@koromix/')) throw new Error("Could not load any existing prebuilt binary\\nand more");
         return load(name, ...rest);
       };
       ${NOT_FOUND}`,
      program,
    );
  const without = (names: RegExp, program: string) =>
    hooked(
      `Module._resolveFilename = (name, ...rest) => ${names}.test(name) ? missing(name) : resolve(name, ...rest);
       ${NOT_FOUND}`,
      program,
    );
  const NOT_FOUND = `function missing(name) {
    throw Object.assign(new Error('Cannot find module ' + name), { code: 'MODULE_NOT_FOUND' });
  }`;
  const built = (name: string) => JSON.stringify(new URL(`../../dist/${name}.js`, import.meta.url).href);
  const program = (options: string) => `
    const { add, compile, f32, trace } = await import(${built('index')});
    const { nodeRuntime } = await import(${built('backends/node')});
    nodeRuntime(${options});
    const { backend, ...runtime } = nodeRuntime(${options});
    const step = await compile(trace({ x: f32(2) }, ({ x }) => ({ y: add(x, 1) })), { backend, ...runtime });
    await step.run();
    console.log(backend.name, step.outputs.y.float32.join());
  `;

  test('the other binding is taken, and says so once', () => {
    const { stdout, stderr } = withoutKoffi(program('{ threads: 1 }'));
    expect(stdout).toBe(
      "onnxruntime-node 1.30.0, cpu, 1 threads, by its own binding since the C API can't be had 1,1\n",
    );
    const told =
      "graph: ONNX Runtime is called by onnxruntime-node's own binding, since its C API can't be had (Could not load any existing prebuilt binary); " +
      'the numbers are the same, small steps and sparse kernels take longer';
    expect(stderr.split(told)).toHaveLength(2);
  });

  test('the C API is refused to who asks for it', () => {
    expect(withoutKoffi(program("{ binding: 'capi' }")).stderr).toContain(
      "graph: ONNX Runtime's library can't be loaded: Could not load any existing prebuilt binary\n",
    );
  });

  const nothing = /^(@unbraid\/ort-|@koromix\/|onnxruntime-node)/;

  test('without any library one line says what to install', () => {
    for (const options of ['{ threads: 1 }', "{ binding: 'capi' }"])
      expect(without(nothing, program(options)).stderr).toContain(
        `graph: ONNX Runtime's library isn't installed; npm install @unbraid/ort-${process.platform}-${process.arch}, an optional dependency that --omit=optional leaves out\n`,
      );
  });

  test.each([
    ["{ binding: 'node' }", 'the binding node'],
    ["{ provider: 'cuda' }", 'the provider cuda'],
  ])('without onnxruntime-node %s can’t be had, and all else can', (options, who) => {
    const absent = /^onnxruntime-node$/;
    expect(without(absent, program(options)).stderr).toContain(
      `graph: ${who} can't be had without onnxruntime-node; npm install onnxruntime-node@1.30.0\n`,
    );
    expect(without(absent, program('{ threads: 1 }')).stdout).toBe(
      'onnxruntime 1.30.0 by its C API, cpu, 1 threads 1,1\n',
    );
  });
});
