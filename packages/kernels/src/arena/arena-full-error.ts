import { formatBytes } from './format-bytes.ts';

/** How an arena's memory is used, all in bytes except `blocks` and `generation`. */
export interface ArenaStats {
  /** Blocks in use. */
  readonly blocks: number;
  /** Bytes of the blocks in use, padding included. */
  readonly usedBytes: number;
  /** Most that `usedBytes` ever was. */
  readonly peakBytes: number;
  /** Free bytes in the memory as it is now. */
  readonly freeBytes: number;
  /** Largest run of free bytes, that is, what fits without growing. */
  readonly largestFreeBytes: number;
  /** Size of the memory now. */
  readonly totalBytes: number;
  /** Size beyond which the memory will not grow. */
  readonly maximumBytes: number;
}

/** Thrown by `Arena.alloc` when the memory can't hold the block; nothing was changed. */
export class ArenaFullError extends RangeError {
  override readonly name = 'ArenaFullError';
  readonly code = 'limit';
  /** Bytes that were asked for. */
  readonly askedBytes: number;
  readonly stats: ArenaStats;

  constructor(what: string, askedBytes: number, stats: ArenaStats, refusedBySystem: boolean) {
    const state =
      `${formatBytes(stats.usedBytes)} in use by ${stats.blocks} ${stats.blocks === 1 ? 'block' : 'blocks'}, ${formatBytes(stats.freeBytes)} free, ` +
      `largest free run ${formatBytes(stats.largestFreeBytes)}, maximum ${formatBytes(stats.maximumBytes)}`;
    const reason = refusedBySystem ? 'and the system refused to grow it' : 'and it is at its maximum';
    super(
      `kernels: the arena has no room for ${what} (${formatBytes(askedBytes)}): ${state}, ${reason}; ` +
        'free blocks, raise maximumBytes (up to 4 GiB), or keep this array outside the arena',
    );
    this.askedBytes = askedBytes;
    this.stats = stats;
  }
}
