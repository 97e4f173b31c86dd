import type { Arena } from './arena/arena.ts';
import type { WasmExports } from './wasm/exports.ts';
import { type EngineChoice, instantiate } from './wasm/instantiate.ts';

/** Chooses between wasm and the scalar twins for each call. */
export interface Engine {
  readonly name: 'wasm' | 'scalar';
  /**
   * The wasm kernels when they can run on all of `views`, that is when each lies in the arena's memory; otherwise
   * undefined, which asks for the scalar twin.
   *
   * @throws Error when a view was detached by growth of the arena
   */
  nativeFor(...views: readonly ArrayBufferView[]): WasmExports | undefined;
}

export function createEngine(arena: Arena, choice: EngineChoice): Engine {
  const wasm = instantiate(arena.memory, choice);
  return {
    name: wasm ? 'wasm' : 'scalar',
    nativeFor(...views) {
      const { buffer } = arena;
      let native = wasm;
      for (const view of views) {
        if (view.buffer === buffer) continue;
        if (view.byteLength === 0 && arena.isStale(view)) {
          throw new Error('kernels: a view is stale because the arena has grown since; take it from block.data again');
        }
        native = undefined;
      }
      return native;
    },
  };
}
