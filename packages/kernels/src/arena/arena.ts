import { InputError } from '@unbraid/checks';
import { PAGE_BYTES, type WasmMemory, webAssembly } from '../wasm/platform.ts';
import { ArenaFullError, type ArenaStats } from './arena-full-error.ts';
import { Block, type BlockOwner } from './block.ts';
import { type ArrayOfDtype, arrayOfDtype, type Dtype } from './dtype.ts';
import { formatBytes } from './format-bytes.ts';
import { createFreeList } from './free-list.ts';

/** Blocks start at multiples of this many bytes: a cache line, and more than any SIMD load asks for. */
export const ALIGNMENT = 64;

/** One page less than all of wasm32's addresses, so that the address after the last byte fits in 32 bits. */
const LARGEST_BYTES = 65535 * PAGE_BYTES;

/** The least that the memory grows by, as a part of its size: growing may detach every view, so it should be rare. */
const GROWTH = 1 / 4;

/** Sizes of an arena, in bytes. */
export interface ArenaOptions {
  /** Size of the memory at first, rounded up to pages of 64 KiB. Default: 1 MiB, or maximumBytes if that is less. */
  readonly initialBytes?: number;
  /** Size up to which it grows, rounded up to pages. Default and largest: 4 GiB less a page. */
  readonly maximumBytes?: number;
  /** Memory that threads may share, over a SharedArrayBuffer. `onnxruntime-node` refuses arrays over it. Default false. */
  readonly shared?: boolean;
}

function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}

function createMemory({
  maximumBytes = LARGEST_BYTES,
  initialBytes = Math.min(2 ** 20, maximumBytes),
  shared = false,
}: ArenaOptions) {
  if (!(initialBytes > 0 && initialBytes <= maximumBytes && maximumBytes <= LARGEST_BYTES)) {
    throw new InputError(
      'setting',
      `kernels: an arena takes 0 < initialBytes <= maximumBytes <= ${LARGEST_BYTES} (4 GiB less a page), ` +
        `got initialBytes ${initialBytes} and maximumBytes ${maximumBytes}`,
    );
  }
  const { Memory } = webAssembly();
  const limits = { initial: Math.ceil(initialBytes / PAGE_BYTES), maximum: Math.ceil(maximumBytes / PAGE_BYTES) };
  try {
    return { memory: new Memory({ ...limits, shared }), maximumBytes: limits.maximum * PAGE_BYTES };
  } catch (cause) {
    throw new InputError(
      'limit',
      `kernels: the system refused an arena of ${formatBytes(initialBytes)}; ask for less`,
      { cause },
    );
  }
}

/**
 * Allocation over one WebAssembly memory. Blocks are 64-byte aligned and zero at first; freed blocks are joined with
 * their free neighbours and handed out again, the smallest that fits first. The memory grows when nothing fits. That
 * detaches every view, unless the memory is shared: take views from `block.data`, which makes them anew.
 */
export class Arena {
  /** The memory, for instances of wasm modules that work on it. Grow it by `alloc` only. */
  readonly memory: WasmMemory;
  /** Whether threads may share the memory. Growth leaves its views as they are then. */
  readonly shared: boolean;
  readonly #free = createFreeList();
  readonly #maximumBytes: number;
  readonly #owner: BlockOwner = {
    buffer: () => this.#buffer,
    has: (view) => this.has(view),
    release: ({ byteOffset, byteLength }) => this.#release(byteOffset, byteLength),
  };
  #buffer: ArrayBuffer;
  /** All that were the memory's: those of shared memory stay good when it grows. */
  readonly #buffers = new WeakSet<ArrayBufferLike>();
  #generation = 0;
  #blocks = 0;
  #usedBytes = 0;
  #peakBytes = 0;
  /** No block ever reached beyond this address, so all bytes there are still zero. */
  #freshFrom = 0;

  /**
   * @throws InputError unless 0 < initialBytes <= maximumBytes <= 4 GiB less a page
   * @throws InputError when the system refuses the memory
   */
  constructor(options: ArenaOptions = {}) {
    const { memory, maximumBytes } = createMemory(options);
    this.memory = memory;
    this.shared = options.shared ?? false;
    this.#maximumBytes = maximumBytes;
    this.#buffer = this.memory.buffer;
    this.#buffers.add(this.#buffer);
    // Address 0 stays unused, so that a forgotten address shows.
    this.#free.give({ offset: ALIGNMENT, bytes: this.#buffer.byteLength - ALIGNMENT });
  }

  /** The bytes now; another buffer after each growth. The one before is detached, or where memory is shared it just stays shorter. */
  get buffer(): ArrayBuffer {
    return this.#buffer;
  }

  /**
   * How often the memory has grown. A view made in an earlier generation is detached: its length is 0. Where memory is shared it is as good as
   * before, though `view.buffer` is not `arena.buffer` any more; `has` tells that it lies in the arena.
   */
  get generation(): number {
    return this.#generation;
  }

  /** Whether a view lies in the memory as it is now; false once it is detached. */
  has(view: ArrayBufferView): boolean {
    return view.buffer === this.#buffer || (this.shared && this.#buffers.has(view.buffer));
  }

  /**
   * A block of `length` zeros.
   *
   * @throws ArenaFullError when there is no room and the memory can't grow
   * @throws InputError when `length` is not a non-negative integer
   */
  alloc<D extends Dtype>(dtype: D, length: number): Block<ArrayOfDtype[D]> {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new InputError('setting', `kernels: a block's length is a non-negative integer, got ${length}`);
    }
    const bytes = paddedBytes(length * arrayOfDtype[dtype].BYTES_PER_ELEMENT);
    const offset = this.#free.take(bytes) ?? this.#growAndTake(bytes, `${length} ${dtype}`);
    this.#clear(offset, offset + bytes);
    this.#blocks++;
    this.#usedBytes += bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#usedBytes);
    return new Block<ArrayOfDtype[D]>(this.#owner, dtype, offset, length);
  }

  /** How the memory is used. */
  stats(): ArenaStats {
    const totalBytes = this.#buffer.byteLength;
    return {
      blocks: this.#blocks,
      usedBytes: this.#usedBytes,
      peakBytes: this.#peakBytes,
      freeBytes: totalBytes - ALIGNMENT - this.#usedBytes,
      largestFreeBytes: Math.max(0, ...this.#free.spans.map((span) => span.bytes)),
      totalBytes,
      maximumBytes: this.#maximumBytes,
    };
  }

  #growAndTake(bytes: number, what: string): number {
    const last = this.#free.spans.at(-1);
    const total = this.#buffer.byteLength;
    const freeAtEnd = last && last.offset + last.bytes === total ? last.bytes : 0;
    const needed = roundUp(bytes - freeAtEnd, PAGE_BYTES);
    const room = this.#maximumBytes - total;
    if (needed > room) throw new ArenaFullError(what, bytes, this.stats(), false);
    const wanted = Math.min(room, Math.max(needed, roundUp(total * GROWTH, PAGE_BYTES)));
    if (!this.#grow(wanted) && !this.#grow(needed)) throw new ArenaFullError(what, bytes, this.stats(), true);
    return this.#free.take(bytes)!;
  }

  #grow(bytes: number): boolean {
    const offset = this.#buffer.byteLength;
    try {
      this.memory.grow(bytes / PAGE_BYTES);
    } catch {
      return false;
    }
    this.#buffer = this.memory.buffer;
    this.#buffers.add(this.#buffer);
    this.#generation++;
    this.#free.give({ offset, bytes });
    return true;
  }

  #clear(start: number, end: number): void {
    const used = Math.min(end, this.#freshFrom);
    if (start < used) new Uint8Array(this.#buffer, start, used - start).fill(0);
    this.#freshFrom = Math.max(this.#freshFrom, end);
  }

  #release(byteOffset: number, byteLength: number): void {
    const bytes = paddedBytes(byteLength);
    this.#free.give({ offset: byteOffset, bytes });
    this.#blocks--;
    this.#usedBytes -= bytes;
  }
}

/** Even an empty block takes a line of its own, so that no two blocks share an address. */
function paddedBytes(bytes: number): number {
  return Math.max(ALIGNMENT, roundUp(bytes, ALIGNMENT));
}
