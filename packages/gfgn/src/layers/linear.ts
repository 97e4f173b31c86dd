import { InputError, showValue } from '@unbraid/checks';
import { ShapeError, type Tensor } from '@unbraid/graph';
import { glorotUniform, param } from '@unbraid/nn';
import type { Signal, Weight } from './node-layer.ts';

/** The weight of a linear map, or nothing without `outputs`. @throws {InputError} for widths that are no whole numbers of at least 1 */
export function linear(inputs: number, outputs: number | undefined): Partial<Weight> {
  for (const [name, width] of Object.entries({ inputs, outputs })) {
    if (width !== undefined) checkWhole(`a layer's ${name}`, width);
  }
  return outputs === undefined ? {} : { weight: param([inputs, outputs], glorotUniform, { neuronAxis: 1 }) };
}

/** @throws {InputError} `setting`, unless a setting is a whole number of at least 1 and at most `most` */
export function checkWhole(what: string, value: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? 'of at least 1' : `from 1 to ${most}`;
  throw new InputError('setting', `gfgn: ${what} is ${showValue(value)}; a whole number ${range} is needed`);
}

/** @throws {InputError} `setting`, unless a setting is a number from 0 to 1 */
export function checkShare(what: string, value: number): void {
  if (typeof value === 'number' && value >= 0 && value <= 1) return;
  throw new InputError('setting', `gfgn: ${what} is ${showValue(value)}; a number from 0 to 1 is needed`);
}

/** @throws {InputError} `setting`, unless a setting is one of these words */
export function checkOneOf(what: string, value: string, words: readonly string[]): void {
  if (words.includes(value)) return;
  const told = words.map((word) => `"${word}"`).join(' or ');
  throw new InputError('setting', `gfgn: ${what} is ${showValue(value)}; ${told} is needed`);
}

/** The same with a weight in any case. */
export const weightOf = (inputs: number, outputs: number): Weight => linear(inputs, outputs) as Weight;

/** @throws {ShapeError} for a sparse signal, which only a weight makes dense */
export function denseOf(x: Signal): Tensor {
  if ('matrix' in x)
    throw new ShapeError('gfgn: a layer without a weight takes dense features, these are sparse; make them a Matrix');
  return x;
}
