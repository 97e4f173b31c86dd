import type { Arena } from './arena/arena.ts';
import { rejectDetached } from './reject-detached.ts';
import type { WasmExports } from './wasm/exports.ts';
import { type EngineChoice, instantiate } from './wasm/instantiate.ts';

/** Chooses between wasm and the scalar twins for each call. */
export interface Engine {
  readonly name: 'wasm' | 'scalar';
  /**
   * The wasm kernels when they can run on all of `views`, that is when each lies in the arena's memory; otherwise
   * undefined, which asks for the scalar twin.
   *
   * @throws Error when a view is detached, as by growth of the arena
   */
  nativeFor(...views: readonly ArrayBufferView[]): WasmExports | undefined;
}

export function createEngine(arena: Arena, choice: EngineChoice): Engine {
  const wasm = instantiate(choice, () => arena.memory)?.exports;
  return {
    name: wasm ? 'wasm' : 'scalar',
    nativeFor(...views) {
      const { buffer } = arena;
      let native = wasm;
      for (const view of views) {
        if (view.buffer === buffer) continue;
        rejectDetached(view);
        native = undefined;
      }
      return native;
    },
  };
}
