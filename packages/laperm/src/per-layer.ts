import { InputError, showValue } from '@unbraid/checks';

/** One number for all layers, or one for each in their order. */
export type PerLayer = number | readonly number[];

/** The number of each of `layers` layers. @throws {InputError} for a list of another length */
export function perLayer(name: string, value: PerLayer, layers: number): readonly number[] {
  if (typeof value === 'number') return Array<number>(layers).fill(value);
  if (!Array.isArray(value)) {
    throw new InputError(
      'setting',
      `laperm: the ${name} are ${showValue(value)}; give one number, or one for each layer`,
    );
  }
  if (value.length === layers) return value;
  throw new InputError(
    'setting',
    `laperm: there are ${value.length} ${name} for ${layers} layers with weights; give one, or one each`,
  );
}
