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
  readonly bytes: number;
  readonly tenants: Tensor[];
  /** The last time at which it is taken. */
  until: number;
}

/** More than this many times the bytes of a value is too much room for it. */
const MOST_ROOM = 2;

/** Memory for values in the order of their beginnings; a value takes the smallest room that is free and not much too large. */
export function reuse(
  lifetimes: readonly Lifetime[],
  arena: Arena,
  own: (free: () => void) => void,
): Map<Tensor, Place> {
  const rooms: Room[] = [];
  for (const { tensor, from, to } of lifetimes) {
    const bytes = sizeOf(tensor.shape) * bytesOf(tensor.dtype);
    const fitting = rooms
      .filter((room) => room.until < from && room.bytes >= bytes && room.bytes <= MOST_ROOM * bytes)
      .sort((a, b) => a.bytes - b.bytes)[0];
    const room = fitting ?? { bytes, tenants: [], until: to };
    if (!fitting) rooms.push(room);
    room.tenants.push(tensor);
    room.until = to;
  }
  const places = new Map<Tensor, Place>();
  for (const { bytes, tenants } of rooms) {
    const block = arena.alloc('uint8', bytes);
    own(() => block.free());
    for (const tensor of tenants) places.set(tensor, placeIn(block, tensor));
  }
  return places;
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
