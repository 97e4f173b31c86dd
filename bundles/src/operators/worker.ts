import { setWasmUrl, webRuntime } from '../../../packages/graph/src/backends/web.ts';
import { computeCases } from './compute.ts';
import type { Answer, Task } from './task.ts';

// Runs in a Worker of a page, which esbuild bundles for.
self.onmessage = async ({ data: { provider, threads, choice, wasm } }: MessageEvent<Task>) => {
  const answer = async (): Promise<Answer> => {
    const start = performance.now();
    if (provider === 'wasm') setWasmUrl(wasm);
    const runtime =
      provider === 'wasm' ? webRuntime({ threads }) : webRuntime({ provider, ort: await webgpuBuild(wasm) });
    const computed = await computeCases(runtime, choice);
    return {
      computed,
      backend: runtime.backend.name,
      isolated: crossOriginIsolated,
      milliseconds: performance.now() - start,
    };
  };
  self.postMessage(JSON.stringify(await answer().catch((error: Error) => ({ failed: error.stack ?? String(error) }))));
};

/** The build of ONNX Runtime that a user imports for WebGPU. @param folder where its WebAssembly is */
async function webgpuBuild(folder: string) {
  const ort = await import('onnxruntime-web/webgpu');
  ort.env.wasm.wasmPaths = folder;
  return ort;
}
