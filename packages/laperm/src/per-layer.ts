/** One number for all layers, or one for each in their order. */
export type PerLayer = number | readonly number[];

/** The number of each of `layers` layers. @throws {RangeError} for a list of another length */
export function perLayer(name: string, value: PerLayer, layers: number): readonly number[] {
  if (typeof value === 'number') return Array<number>(layers).fill(value);
  if (value.length === layers) return value;
  throw new RangeError(
    `laperm: there are ${value.length} ${name} for ${layers} layers with weights; give one, or one each`,
  );
}
