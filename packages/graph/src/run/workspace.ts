import type { Arena, Block } from '@unbraid/kernels';
import { bytesOf, type TypedArray, viewOf } from '../dtype.ts';
import { sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Place } from './port.ts';

/** From when to when a value is needed, both included. */
export interface Lifetime {
  readonly tensor: Tensor;
  readonly from: number;
  readonly to: number;
}

interface Room {
  readonly block: Block;
  /** The last time at which it is taken. */
  until: number;
}

/**
 * Memory for the values between the calls of executables. Those that share one must not run at the same time: between two runs nothing
 * in it is of use.
 */
export interface Workspace {
  /** Memory for values in the order of their beginnings; a value takes the smallest room that is free and not much too large. */
  place(lifetimes: readonly Lifetime[]): Map<Tensor, Place>;
  /** Frees the memory, when no executable needs it any more. */
  release(): void;
}

/** More than this many times the bytes of a value is too much room for it. */
const MOST_ROOM = 2;

/** A workspace in the arena, empty at first. */
export function createWorkspace(arena: Arena): Workspace {
  const rooms: Room[] = [];
  const roomFor = ({ tensor, from }: Lifetime): Room => {
    const bytes = sizeOf(tensor.shape) * bytesOf(tensor.dtype);
    const [fitting] = rooms
      .filter(({ block, until }) => until < from && block.byteLength >= bytes && block.byteLength <= MOST_ROOM * bytes)
      .sort((a, b) => a.block.byteLength - b.block.byteLength);
    if (fitting) return fitting;
    const room = { block: arena.alloc('uint8', bytes), until: from };
    rooms.push(room);
    return room;
  };
  return {
    place(lifetimes) {
      for (const room of rooms) room.until = Number.NEGATIVE_INFINITY;
      return new Map(
        lifetimes.map((lifetime) => {
          const room = roomFor(lifetime);
          room.until = lifetime.to;
          return [lifetime.tensor, placeIn(room.block, lifetime.tensor)];
        }),
      );
    },
    release() {
      for (const { block } of rooms.splice(0)) block.free();
    },
  };
}

function placeIn(block: Block, { shape, dtype }: Tensor): Place {
  const size = sizeOf(shape);
  const layout = { dtype, size, leaves: [{ path: '', shape, offset: 0, size }] };
  let view: TypedArray | undefined;
  const source = {
    get data() {
      const { buffer, byteOffset } = block.data;
      // One view as long as the arena does not grow: bindings tell by it whether they are up to date.
      if (view?.buffer !== buffer) view = viewOf(dtype, buffer, byteOffset, size);
      return view;
    },
  };
  return { port: { name: 'between', layout, source }, dtype, offset: 0, size, shape };
}
