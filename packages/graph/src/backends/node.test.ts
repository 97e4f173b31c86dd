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

describe('where koffi can’t be loaded', () => {
  /** Runs a program in a process in which koffi fails to load. */
  function withoutKoffi(program: string) {
    const folder = mkdtempSync(join(tmpdir(), 'unbraid-fallback-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const hook = join(folder, 'hook.cjs');
    writeFileSync(
      hook,
      `const { Module } = require('node:module');
       const load = Module._load;
       Module._load = (name, ...rest) => {
         if (name === 'koffi') throw new Error("Cannot find the native Koffi module\\nand more");
         return load(name, ...rest);
       };`,
    );
    const { UNBRAID_BINDING: _, ...env } = process.env;
    return spawnSync(process.execPath, ['--require', hook, '--input-type=module', '-e', program], {
      env,
      encoding: 'utf8',
    });
  }
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
      "graph: ONNX Runtime is called by onnxruntime-node's own binding, since its C API can't be had (Cannot find the native Koffi module); " +
      'the numbers are the same, small steps and sparse kernels take longer';
    expect(stderr.split(told)).toHaveLength(2);
  });

  test('the C API is refused to who asks for it', () => {
    expect(withoutKoffi(program("{ binding: 'capi' }")).stderr).toContain(
      "graph: the binding capi can't be had: Cannot find the native Koffi module; install koffi, an optional dependency of @unbraid/graph",
    );
  });
});
