import { checkFiniteValues } from '@unbraid/checks';
import { type AnyModel, initialize } from '@unbraid/nn';
import { alphabetOf, decodeArrangement } from '../coding/arrangement.ts';
import { createRangeDecoder } from '../coding/range-decoder.ts';
import { bitsOf, gather, type LeafVectors, lengthOf, neuronsOf } from '../weight-vectors.ts';
import { damaged, unpack } from './container.ts';
import { checkArchitecture, checkInitial, checkOriginal, contentsOf, type Json } from './header.ts';

/** What a permutation checkpoint is read into. */
export interface UntrainedNetwork {
  readonly model: AnyModel;
  /**
   * The parameters before training, flat, or what makes them of the checkpoint's recipe. Default `initialize(model, 0)`: of an imported model the values
   * of its file.
   */
  readonly initial?: Float32Array | ((recipe: Json) => Float32Array);
  /** SHA-256 of the file that the model was imported from, in hexadecimal: a checkpoint of another file is refused. Default: not looked at. */
  readonly originalSha256?: string;
  /** What errors call the bytes. Default `the checkpoint`. */
  readonly name?: string;
}

/**
 * The parameters of the trained network, bit for bit.
 * @throws {InputError} in one line, for bytes that are no permutation checkpoint, damaged or cut off, of another architecture,
 * of another file, of a network that was trained from other first parameters, or with values that are not finite
 */
export function decodePermutations(
  bytes: Uint8Array,
  { model, initial: given, originalSha256, name = 'the checkpoint' }: UntrainedNetwork,
): Float32Array {
  const { header, plain, coded } = unpack(name, bytes);
  if (originalSha256 !== undefined) checkOriginal(name, header, originalSha256);
  const { size, leaves } = checkArchitecture(name, header, model);
  const initial = typeof given === 'function' ? given(header.recipe) : (given ?? initialize(model, 0));
  checkInitial(name, header, initial, size);
  const params = new Float32Array(size);
  const contents = contentsOf(header);
  for (const { offset, size: count } of contents.first) {
    params.set(initial.subarray(offset, offset + count), offset);
  }
  let at = 0;
  for (const stretch of contents.plain) {
    params.set(plain.subarray(at, at + stretch.size), stretch.offset);
    at += stretch.size;
  }
  const isWhole = decodeVectors(contents.vectors, coded, initial, params);
  if (!isWhole) throw damaged(name, 'its arrangements are not those of the network');
  for (const { path, offset, size: count } of leaves) {
    const advice = 'it is of training that diverged';
    checkFiniteValues(`laperm: ${name}: ${path}`, params.subarray(offset, offset + count), advice);
  }
  return params;
}

/** @returns whether the arrangements were all there, and nothing else */
function decodeVectors(
  vectors: readonly LeafVectors[],
  coded: Uint8Array,
  initial: Float32Array,
  params: Float32Array,
): boolean {
  const decoder = createRangeDecoder(coded);
  const [before, after] = [bitsOf(initial), bitsOf(params)];
  for (const leaf of vectors) {
    const vector = new Uint32Array(lengthOf(leaf));
    for (const [, indices] of neuronsOf(leaf)) {
      decodeArrangement(decoder, alphabetOf(gather(before, indices, vector)), vector);
      for (let i = 0; i < indices.length; i++) after[indices[i]!] = vector[i]!;
    }
  }
  return decoder.isWhole();
}
