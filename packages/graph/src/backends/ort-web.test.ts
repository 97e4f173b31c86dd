import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const square = async () => {
  const [{ compile, f32, mul, trace }, web] = await Promise.all([import('../index.ts'), import('./web.ts')]);
  const run = async (options: Parameters<typeof web.webRuntime>[0]) => {
    const step = await compile(
      trace({ x: f32(1) }, ({ x }) => ({ y: mul(x, x) })),
      web.webRuntime(options),
    );
    step.inputs.x.float32[0] = 3;
    await step.run();
    return step.outputs.y.float32[0];
  };
  return { ...web, run };
};

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.unstubAllGlobals());

describe('ONNX Runtime in pages', () => {
  test('is loaded once: another address or other threads come too late', async () => {
    const { run, setWasmUrl } = await square();
    expect(await run({})).toBe(9);
    expect(() => setWasmUrl('/late.wasm')).toThrow('graph: setWasmUrl comes too late for /late.wasm');
    await expect(run({ threads: 2 })).rejects.toThrow("graph: webRuntime's threads is 2, but ONNX Runtime runs with 1");
  });

  test('says where its WebAssembly was looked for, and what to do', async () => {
    const { run } = await square();
    const ort = {
      env: {},
      Tensor: Object,
      InferenceSession: {
        create: () => Promise.reject(new Error('no available backend found. ERR: [wasm] 404\nmore')),
      },
    };
    await expect(run({ ort: ort as never })).rejects.toThrow(
      /^graph: ONNX Runtime's WebAssembly can't be loaded from .*404; serve the file @unbraid\/ort-web\/wasm and call setWasmUrl of @unbraid\/graph\/web/,
    );
  });

  test('says what to install where it is missing, and is looked for again', async () => {
    vi.doMock('@unbraid/ort-web', () => {
      throw new Error('no such module');
    });
    const { run } = await square();
    const missing = /^graph: @unbraid\/ort-web can't be loaded: .*; install it beside @unbraid\/graph$/s;
    await expect(run({})).rejects.toThrow(missing);
    const create = () => Promise.reject(new Error('found now'));
    vi.doMock('@unbraid/ort-web', () => ({ env: { wasm: {} }, Tensor: Object, InferenceSession: { create } }));
    await expect(run({})).rejects.toThrow('found now');
    vi.doUnmock('@unbraid/ort-web');
  });

  test('a provider that the plain build lacks asks for another build', async () => {
    const { webBackend } = await square();
    expect(() => webBackend({ provider: 'webgpu' })).toThrow(
      'graph: the provider webgpu needs another build of ONNX Runtime; import one, such as onnxruntime-web/webgpu, and pass it as ort',
    );
  });
});

test('the default runtime of pages is the one in WebAssembly, that of Node the native one', async () => {
  const [web, node] = await Promise.all([import('./default-web.ts'), import('./default-node.ts')]);
  expect((await web.defaultRuntime()).backend.name).toBe('onnxruntime-web, wasm, 1 threads');
  expect((await node.defaultRuntime({ threads: 1 })).backend.name).toMatch(/^onnxruntime .* cpu, 1 threads/);
});

describe('threads', () => {
  test('are one where a page isn’t cross-origin isolated, and the name says so', async () => {
    vi.stubGlobal('crossOriginIsolated', false);
    const { webBackend, pageThreads } = await square();
    expect(pageThreads()).toBe(1);
    expect(webBackend({ threads: 4 }).name).toBe(
      "onnxruntime-web, wasm, 1 threads, since the page isn't cross-origin isolated",
    );
  });

  test('are as many as there are cores where it is', async () => {
    vi.stubGlobal('crossOriginIsolated', true);
    vi.stubGlobal('navigator', { hardwareConcurrency: 8 });
    const { pageThreads, webBackend } = await square();
    expect(webBackend({ threads: pageThreads() }).name).toBe('onnxruntime-web, wasm, 8 threads');
  });

  test('that run the page’s own code are an error, which would wait for each other', async () => {
    vi.stubGlobal('name', 'em-pthread');
    const { webBackend } = await square();
    expect(() => webBackend()).toThrow("graph: a thread of ONNX Runtime runs the page's own code");
  });
});

describe('a provider', () => {
  const ortOf = (create: (model: Uint8Array, options: object) => Promise<unknown>) =>
    ({ env: {}, Tensor: Object, InferenceSession: { create } }) as never;

  test('that has no kernel is told of in one line', async () => {
    const { run } = await square();
    const ort = ortOf(() =>
      Promise.reject(
        new Error("transformer_memcpy.cc:254 Provider type for Mul node with name 'mul:0' is not set.\nmore"),
      ),
    );
    await expect(run({ provider: 'webgpu', ort })).rejects.toThrow(
      'graph: ONNX Runtime could not compile the graph at operator mul(float32[1], float32[1]) → float32[1]: webgpu has no kernel for mul:0; compute it in float32, or by the provider wasm',
    );
  });

  test('is not given positions of pooling, which WebGPU takes and can’t compute', async () => {
    const [{ compile, f32, maxPoolPositions, trace }, { webRuntime }] = await Promise.all([
      import('../index.ts'),
      import('./web.ts'),
    ]);
    const given: unknown[] = [];
    const ort = ortOf((_, options) => {
      given.push(options);
      return Promise.reject(new Error('told'));
    });
    const graph = trace({ x: f32(1, 1, 4, 4) }, ({ x }) => ({ y: maxPoolPositions(x, { kernel: 2 }) }));
    await expect(compile(graph, webRuntime({ provider: 'webgpu', ort }))).rejects.toThrow('told');
    expect(given).toMatchObject([
      {
        executionProviders: [
          { name: 'webgpu', forceCpuNodeNames: [expect.stringMatching(/^maxPool2dPositions:\d+$/)] },
        ],
      },
    ]);
  });
});
