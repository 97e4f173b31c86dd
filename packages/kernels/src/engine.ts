import type { Arena } from './arena/arena.ts';
import { createScratch } from './arena/scratch.ts';
import { rejectDetached } from './reject-detached.ts';
import { performTogether, type Task } from './threads/perform.ts';
import type { Team } from './threads/team.ts';
import type { WasmExports } from './wasm/exports.ts';
import { type EngineChoice, instantiate } from './wasm/instantiate.ts';

/** Chooses between wasm and the scalar twins for each call. */
export interface Engine {
  readonly name: 'wasm' | 'scalar';
  /** Where tables that kernels read again and again should lie. */
  readonly tables: Arena;
  /**
   * The wasm kernels when they can run on all of `views`, that is when each lies in the arena's memory; otherwise
   * undefined, which asks for the scalar twin.
   *
   * @throws Error when a view is detached, as by growth of the arena
   */
  nativeFor(...views: readonly ArrayBufferView[]): WasmExports | undefined;
  /**
   * Runs a kernel where all its arrays lie in the arena, or where one lies in memory that threads share: by those of the team then. False
   * asks for the scalar twin.
   *
   * @throws Error when a view is detached, or a thread failed
   */
  perform<K extends keyof WasmExports>(task: Task<K>): boolean;
}

export function createEngine(arena: Arena, choice: EngineChoice, team?: Team): Engine {
  const wasm = instantiate(choice, () => arena.memory)?.exports;
  const shared = team && createScratch(team.arena);
  const nativeFor = (...views: readonly ArrayBufferView[]) => {
    const { buffer } = arena;
    let native = wasm;
    for (const view of views) {
      if (view.buffer === buffer) continue;
      rejectDetached(view);
      native = undefined;
    }
    return native;
  };
  return {
    name: wasm ? 'wasm' : 'scalar',
    tables: team && wasm ? team.arena : arena,
    nativeFor,
    perform(task) {
      const { tables, operands, room, results } = task;
      const arrays = [...tables, ...operands, ...(room ? [room] : []), ...results];
      if (wasm && team && shared && arrays.some(({ buffer }) => isShared(buffer))) {
        performTogether(team, shared, task);
        return true;
      }
      const native = nativeFor(...arrays);
      if (!native) return false;
      const addresses = arrays.map(({ byteOffset }) => byteOffset);
      const kernel = native[task.kernel] as (...args: readonly number[]) => unknown;
      kernel(...task.args(addresses, task.width));
      return true;
    },
  };
}

const isShared = (buffer: ArrayBufferLike): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;
