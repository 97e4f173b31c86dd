import type { WasmExports } from '../wasm/exports.ts';
import { type EngineChoice, instantiate } from '../wasm/instantiate.ts';
import { PAGE_BYTES, type WasmMemory, webAssembly } from '../wasm/platform.ts';
import { type Distribution, kindWord } from './distribution.ts';
import { firstBlock, GROUP, type Groups } from './groups.ts';
import { SOURCE_GROUPS, type Source } from './source.ts';

const SCRATCH_BYTES = SOURCE_GROUPS * GROUP * 4;

function createScratch(): WasmMemory {
  const pages = SCRATCH_BYTES / PAGE_BYTES;
  return new (webAssembly().Memory)({ initial: pages, maximum: pages });
}

/** A source with a wasm instance and a small memory of its own, or undefined where the scalar twin is to run. */
export function createWasmSource(choice: EngineChoice): Source | undefined {
  const instance = instantiate(choice, createScratch);
  if (!instance) return undefined;
  const { memory, exports } = instance;
  return {
    engine: 'wasm',
    words: new Uint32Array(memory.buffer),
    floats: new Float32Array(memory.buffer),
    make: (groups, distribution) => make(exports, groups, distribution),
  };
}

function make(wasm: WasmExports, { key, first, count }: Groups, distribution: Distribution): void {
  const [blockLow, blockHigh] = firstBlock(first);
  const n = count * GROUP;
  wasm.philox(0, count, key[0], key[1], blockLow, blockHigh, kindWord[distribution.kind]);
  switch (distribution.kind) {
    case 'bits':
      break;
    case 'sign':
      wasm.toSigns(0, n);
      break;
    case 'uniform':
      wasm.toUniform(0, n, distribution.low, distribution.range, distribution.largest);
      break;
    case 'normal':
      wasm.toNormal(0, count, distribution.mean, distribution.std);
  }
}
