import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../docs/src/documents.ts';
import { nodeRuntime } from '../../packages/graph/src/backends/node.ts';
import { webRuntime } from '../../packages/graph/src/backends/web.ts';
import { findChromium, startChromium, WEBGPU } from '../src/chromium.ts';
import { bitsThatDiffer, furtherApart, type Tolerance } from '../src/operators/compare.ts';
import { type Choice, type Computed, chosenCases, computeCases, nameOf } from '../src/operators/compute.ts';
import { buildWorker, compute, hasWebGpu } from '../src/operators/in-chromium.ts';
import type { Task } from '../src/operators/task.ts';
import { type Server, serve } from '../src/serve.ts';
import { WASM_PATH } from '../src/workshop.ts';

const executable = findChromium();
if (executable === undefined)
  console.warn('bundles: skipped, there is no Chromium; install one, or give its path as CHROMIUM');

const folder = join(root, 'node_modules', '.unbraid-operators');
const ALL: Choice = { kinds: ['derivatives', 'special', 'threads'], dtypes: ['float32', 'float64'] };
const LARGE: Choice = { kinds: ['threads'], dtypes: ['float32'] };
/** At special numbers WebGPU promises nothing. */
const ON_GPU: Choice = { kinds: ['derivatives', 'threads'], dtypes: ['float32'] };

/** Of WebGPU's results to Node's. Its language promises sines to 2⁻¹¹ and little of what is made of them. */
const GPU: Tolerance = { float32: 1e-5, float64: 0 };
const COARSE: Tolerance = { float32: 5e-4, float64: 0 };
const WITH_COARSE_FUNCTIONS = ['sin', 'cos', 'tan', 'asin', 'acos'];

describe.skipIf(executable === undefined)('operators in a Worker of Chromium', () => {
  let browser: Browser;
  let plain: Server;
  let isolated: Server;
  beforeAll(async () => {
    await buildWorker(folder);
    const folders = { ort: join(root, 'node_modules', 'onnxruntime-web', 'dist') };
    plain = await serve(folder, () => true, { folders });
    isolated = await serve(folder, () => true, { isolated: true });
    browser = await startChromium(executable!, WEBGPU);
  });
  afterAll(async () => {
    await browser?.close();
    plain?.close();
    isolated?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const inChromium = ({ url }: Server, task: Omit<Task, 'wasm' | 'provider'>) =>
    compute(browser, `${url}/any/page.html`, { ...task, provider: 'wasm', wasm: `${url}${WASM_PATH}` });

  describe('in WebAssembly', () => {
    let one: Readonly<Record<string, Computed>>;
    let web: Readonly<Record<string, Computed>>;
    let native: Readonly<Record<string, Computed>>;
    beforeAll(async () => {
      const answer = await inChromium(plain, { threads: 1, choice: ALL });
      expect(answer.backend).toBe('onnxruntime-web, wasm, 1 threads');
      one = answer.computed;
      web = await computeCases(webRuntime({ threads: 1 }), ALL);
      native = await computeCases(nodeRuntime({ threads: 1 }), ALL);
    });

    test.each(chosenCases(ALL).map((each) => [nameOf(each), each] as const))(
      '%s: the bits of WebAssembly in Node, and close to its native library',
      (name, each) => {
        expect(bitsThatDiffer(one[name]!, web[name]!)).toEqual([]);
        expect(furtherApart(each, one[name]!, native[name]!)).toEqual([]);
      },
    );

    test.each([
      [2, ALL],
      [3, LARGE],
    ])('have the same bits on %i threads', async (threads, choice) => {
      const { backend, computed } = await inChromium(isolated, { threads, choice });
      expect(backend).toBe(`onnxruntime-web, wasm, ${threads} threads`);
      expect(Object.keys(computed)).toHaveLength(chosenCases(choice).length);
      const differing = Object.entries(computed).flatMap(([name, each]) =>
        bitsThatDiffer(each, one[name]!).map((line) => `${name}: ${line}`),
      );
      expect(differing).toEqual([]);
    });

    test('run on one thread where the page isn’t isolated, and say so', async () => {
      const { backend, isolated: is } = await inChromium(plain, { threads: 4, choice: { ...LARGE, dtypes: [] } });
      expect(is).toBe(false);
      expect(backend).toBe("onnxruntime-web, wasm, 1 threads, since the page isn't cross-origin isolated");
    });
  });

  describe('by WebGPU', () => {
    let computed: Readonly<Record<string, Computed>> | undefined;
    let native: Readonly<Record<string, Computed>>;
    const onGpu = { threads: 1, provider: 'webgpu', choice: ON_GPU } as const;
    beforeAll(async () => {
      const page = `${plain.url}/any/page.html`;
      if (!(await hasWebGpu(browser, page)))
        return console.warn('bundles: WebGPU is skipped, Chromium has no adapter here');
      ({ computed } = await compute(browser, page, { ...onGpu, wasm: `${plain.url}/ort/` }));
      native = await computeCases(nodeRuntime({ threads: 1 }), ON_GPU);
    });
    test.for(chosenCases(ON_GPU).map((each) => [nameOf(each), each] as const))(
      '%s: close to Node’s native library',
      ([name, each], { skip }) => {
        if (computed === undefined) return skip('there is no adapter');
        const coarse = WITH_COARSE_FUNCTIONS.includes(each.operator);
        expect(furtherApart(each, computed[name]!, native[name]!, coarse ? COARSE : GPU)).toEqual([]);
      },
    );

    test('float64 is refused in one line', async ({ skip }) => {
      if (computed === undefined) return skip('there is no adapter');
      const choice: Choice = { kinds: ['derivatives'], dtypes: ['float64'], operators: ['mul'] };
      const answer = await compute(browser, `${plain.url}/any/page.html`, {
        ...onGpu,
        choice,
        wasm: `${plain.url}/ort/`,
      });
      expect(Object.values(answer.computed)).toEqual([
        {
          failure: expect.stringMatching(
            /^graph: .* webgpu has no kernel for [^\n]*; compute it in float32, or by the provider wasm$/,
          ),
        },
      ]);
    });
  });
});
