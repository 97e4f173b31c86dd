import type { Distribution } from './distribution.ts';
import type { Groups } from './groups.ts';

/** Groups that a source makes at once: 64 KiB of numbers, which stay in a core's cache until they are copied out. */
export const SOURCE_GROUPS = 1024;

/** Makes numbers of any stream, at most SOURCE_GROUPS groups at a time, in buffers that the next call overwrites. */
export interface Source {
  readonly engine: 'wasm' | 'scalar';
  /** The numbers as bits; what `bits` fills. */
  readonly words: Uint32Array;
  /** The same bytes as floats; what the other distributions fill. */
  readonly floats: Float32Array;
  make(groups: Groups, distribution: Distribution): void;
}
