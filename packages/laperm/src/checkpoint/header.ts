import { InputError, showValue } from '@unbraid/checks';
import { type Layout, layoutOf } from '@unbraid/graph';
import type { AnyModel } from '@unbraid/nn';
import * as z from 'zod';
import { bitsOf, checkSize, type LeafVectors, permutableVectors } from '../weight-vectors.ts';
import { crc32OfFloats } from './crc32.ts';

/** JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a checkpoint says about itself. */
export interface Header {
  /** The parameters in flat order. */
  readonly leaves: readonly HeaderLeaf[];
  /** CRC-32 of the first parameters. */
  readonly initial: number;
  /** How the first parameters are made, such as a seed. */
  readonly recipe: Json;
  /** SHA-256 of the file that the first parameters are of, in hexadecimal, where they are of one. */
  readonly original?: string | undefined;
}

/** Of parameters that are as at first. */
const AS_FIRST = 'as first';

/**
 * `[path, shape]` of parameters whose values are stored, `[path, shape, [outer, neurons, inner]]` of permuted ones, `[path, shape, 'as first']` of those that
 * are as at first, of which nothing is stored.
 */
export type HeaderLeaf =
  | readonly [path: string, shape: readonly number[]]
  | readonly [path: string, shape: readonly number[], as: typeof AS_FIRST]
  | readonly [
      path: string,
      shape: readonly number[],
      vectors: readonly [outer: number, neurons: number, inner: number],
    ];

export function headerOf(
  layout: Layout,
  vectors: readonly LeafVectors[],
  { initial, params, recipe, original }: Described,
): Header {
  const permuted = new Map(vectors.map((leaf) => [leaf.path, leaf]));
  const [before, after] = [bitsOf(initial), bitsOf(params)];
  const leaves = layout.leaves.map(({ path, shape, offset, size }): HeaderLeaf => {
    const leaf = permuted.get(path);
    const last = after.subarray(offset, offset + size);
    if (last.every((word, i) => word === before[offset + i])) return [path, shape, AS_FIRST];
    return leaf ? [path, shape, [leaf.outer, leaf.neurons, leaf.inner]] : [path, shape];
  });
  return { leaves, initial: crc32OfFloats(initial), recipe, ...(original !== undefined && { original }) };
}

interface Described {
  readonly initial: Float32Array;
  readonly params: Float32Array;
  readonly recipe: Json;
  readonly original: string | undefined;
}

const dimension = z.int().min(0);

/** Whether it is a SHA-256 in hexadecimal. */
export const isSha256 = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);

const headerSchema = z.object({
  leaves: z.array(
    z.union([
      z.tuple([z.string(), z.array(dimension)]),
      z.tuple([z.string(), z.array(dimension), z.literal(AS_FIRST)]),
      z.tuple([z.string(), z.array(dimension), z.tuple([dimension, dimension, dimension])]),
    ]),
  ),
  initial: z.int().min(0).max(0xffffffff),
  recipe: z.custom<Json>((value) => value !== undefined),
  original: z.custom<string>(isSha256).optional(),
});

/** The header of its JSON; undefined for any other text. */
export function parseHeader(text: string): Header | undefined {
  try {
    return headerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The stretches of the flat parameters that a checkpoint holds, in order. */
export interface Contents {
  readonly vectors: readonly LeafVectors[];
  readonly plain: readonly Stretch[];
  /** Those that it holds nothing of, since they are as at first. */
  readonly first: readonly Stretch[];
}

interface Stretch {
  readonly offset: number;
  readonly size: number;
}

export function contentsOf({ leaves }: Header): Contents {
  const vectors: LeafVectors[] = [];
  const plain: Stretch[] = [];
  const first: Stretch[] = [];
  let offset = 0;
  for (const [path, shape, dimensions] of leaves) {
    const size = shape.reduce((product, d) => product * d, 1);
    if (dimensions === AS_FIRST) {
      first.push({ offset, size });
    } else if (dimensions) {
      const [outer, neurons, inner] = dimensions;
      vectors.push({ path, offset, outer, neurons, inner });
    } else {
      plain.push({ offset, size });
    }
    offset += size;
  }
  return { vectors, plain, first };
}

/** @throws {InputError} unless the checkpoint is of a model of this architecture, whose weight vectors are those permuted */
export function checkArchitecture(name: string, { leaves }: Header, model: AnyModel): Layout {
  const layout = layoutOf(model.params, 'params');
  const present = layout.leaves;
  const at = present.findIndex(({ path, shape }, i) => leaves[i]?.[0] !== path || leaves[i][1].join() !== shape.join());
  if (at < 0 && leaves.length === present.length) {
    checkVectors(name, leaves, model);
    return layout;
  }
  const place = at < 0 ? present.length : at;
  const [saved, expected] = [leaves[place], present[place]];
  throw new InputError(
    'model',
    `laperm: ${name} is of another architecture: parameter ${place + 1} of ${leaves.length} is ` +
      `${saved ? describe(saved[0], saved[1]) : 'missing'}, in the model it is ` +
      `${expected ? describe(expected.path, expected.shape) : 'missing'}; load it into a model as it was trained`,
  );
}

function checkVectors(name: string, leaves: Header['leaves'], model: AnyModel): void {
  const vectors = new Map(
    permutableVectors(model).map(({ path, outer, neurons, inner }) => [path, [outer, neurons, inner]]),
  );
  const stray = leaves.find(([path, , saved]) => Array.isArray(saved) && saved.join() !== vectors.get(path)?.join());
  if (!stray) return;
  throw new InputError(
    'model',
    `laperm: ${name} has weight vectors of ${describe(stray[0], stray[1])} that the model has not; load it into a model as it was trained`,
  );
}

/** @throws {InputError} unless these are the parameters that the saved network was trained from */
export function checkInitial(
  name: string,
  { initial: crc, recipe, original }: Header,
  initial: Float32Array,
  size: number,
): void {
  checkSize('initial parameters', initial, size);
  if (crc32OfFloats(initial) === crc) return;
  if (original !== undefined) {
    throw new InputError(
      'model',
      `laperm: ${name} is of a model whose first parameters are those of the file with the SHA-256 ${original}; these are others`,
    );
  }
  throw new InputError(
    'model',
    `laperm: ${name} is of a network trained from other first parameters (another seed?); ` +
      `give it those that this recipe makes: ${shorten(JSON.stringify(recipe))}`,
  );
}

/** @throws {InputError} where the checkpoint is of another file than that of this SHA-256, or of none */
export function checkOriginal(name: string, { original }: Header, sha256: string): void {
  if (original === sha256) return;
  throw new InputError(
    'model',
    original === undefined
      ? `laperm: ${name} is of a network that was drawn, not of a file; leave original out`
      : `laperm: ${name} is of the file with the SHA-256 ${original}, and this one has ${sha256}; give it that file`,
  );
}

/** A file's own words are shown in part and on one line. */
const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

const describe = (path: string, shape: readonly number[]): string =>
  `${/^[\w.-]{1,80}$/.test(path) ? path : showValue(path)}[${shorten(shape.join(', '))}]`;
