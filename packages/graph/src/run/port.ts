import type { DType, TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import { leafView, type Source } from './buffer.ts';
import type { Layout } from './layout.ts';

/** A flat vector that may change for another one: a named input or output of an executable, or memory in between. */
export interface Port {
  readonly name: string;
  readonly layout: Layout;
  source: Source;
}

/** Where one tensor is: a run of elements of a port's vector. */
export interface Place {
  readonly port: Port;
  readonly dtype: DType;
  readonly offset: number;
  readonly size: number;
  readonly shape: Shape;
}

/** The elements of a place, as a view of the present vector. */
export const viewAt = ({ port, dtype, offset, size }: Place): TypedArray =>
  leafView(dtype, port.source.data, offset, size);

/** Places by their port: each port's, by name. */
export function byPort(places: ReadonlyMap<string, Place>): Map<Port, Map<string, Place>> {
  const ports = new Map<Port, Map<string, Place>>();
  for (const [name, place] of places) {
    const known = ports.get(place.port) ?? new Map<string, Place>();
    ports.set(place.port, known.set(name, place));
  }
  return ports;
}
