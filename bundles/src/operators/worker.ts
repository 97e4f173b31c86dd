import { setWasmUrl, webRuntime } from '../../../packages/graph/src/backends/web.ts';
import { computeCases } from './compute.ts';
import type { Answer, Task } from './task.ts';

/** What a Worker has of its own, where this runs: esbuild bundles it for a page. */
interface WorkerScope {
  readonly crossOriginIsolated: boolean;
  onmessage(event: { readonly data: Task }): Promise<void>;
  postMessage(answer: string): void;
}
const scope = globalThis as unknown as WorkerScope;

scope.onmessage = async ({ data }) => {
  const answer = await answerTo(data).catch((error: Error): Answer => ({ failed: error.stack ?? String(error) }));
  scope.postMessage(JSON.stringify(answer));
};

async function answerTo({ provider, threads, choice, wasm }: Task): Promise<Answer> {
  if (provider === 'wasm') setWasmUrl(wasm);
  const runtime =
    provider === 'wasm' ? webRuntime({ threads }) : webRuntime({ provider, ort: await webgpuBuild(wasm) });
  const computed = await computeCases(runtime, choice);
  return { computed, backend: runtime.backend.name, isolated: scope.crossOriginIsolated };
}

/** The build of ONNX Runtime that a user imports for WebGPU. @param folder where its WebAssembly is */
async function webgpuBuild(folder: string) {
  const ort = await import('onnxruntime-web/webgpu');
  ort.env.wasm.wasmPaths = folder;
  return ort;
}
