import { StateError } from '@unbraid/checks';
import { type ArrayOfDtype, arrayOfDtype, type Dtype } from './dtype.ts';

/** What a block needs of the arena that it lies in. */
export interface BlockOwner {
  /** The arena's bytes now; another buffer after each growth. */
  buffer(): ArrayBuffer;
  /** Whether a view lies in the arena's memory as it is now. */
  has(view: ArrayBufferView): boolean;
  /** Takes the block's bytes back. */
  release(block: { readonly byteOffset: number; readonly byteLength: number }): void;
}

/** A run of `length` entries in an arena, 64-byte aligned, typed by the array over it: `Block<Float32Array>`. */
export class Block<A extends ArrayOfDtype[Dtype] = ArrayOfDtype[Dtype]> {
  readonly dtype: Dtype;
  /** Number of entries. */
  readonly length: number;
  /** Address of the first byte in the arena's memory. */
  readonly byteOffset: number;
  /** Bytes of the entries, without the padding to the next block. */
  readonly byteLength: number;
  readonly #owner: BlockOwner;
  #view: A;
  #freed = false;

  /** Made by `Arena.alloc`. */
  constructor(owner: BlockOwner, dtype: Dtype, byteOffset: number, length: number) {
    this.#owner = owner;
    this.dtype = dtype;
    this.length = length;
    this.byteOffset = byteOffset;
    this.byteLength = length * arrayOfDtype[dtype].BYTES_PER_ELEMENT;
    this.#view = this.#makeView();
  }

  /**
   * The entries, as a view over the arena's memory. Growth of an arena that is not shared detaches every view, so read this again rather
   * than keep it over an allocation; it makes a new view only when the old one was detached. A block of a shared arena keeps its view.
   *
   * @throws StateError after `free`
   */
  get data(): A {
    if (this.#freed) throw this.#freedError('freed; its bytes may belong to another block');
    if (!this.#owner.has(this.#view)) this.#view = this.#makeView();
    return this.#view;
  }

  /**
   * Gives the bytes back to the arena, which will hand them out again.
   *
   * @throws StateError the second time
   */
  free(): void {
    if (this.#freed) throw this.#freedError('freed before; free a block once');
    this.#freed = true;
    this.#owner.release(this);
  }

  #freedError(was: string): Error {
    return new StateError(`kernels: this block of ${this.length} ${this.dtype} was ${was}`);
  }

  #makeView(): A {
    return new arrayOfDtype[this.dtype](this.#owner.buffer(), this.byteOffset, this.length) as A;
  }
}
