import { InputError, showValue } from '@unbraid/checks';
import { type Layout, layoutOf } from '@unbraid/graph';
import type { AnyModel } from '@unbraid/nn';
import * as z from 'zod';
import { checkSize, type LeafVectors, permutableVectors } from '../weight-vectors.ts';
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
}

/** `[path, shape]` of parameters whose values are stored, `[path, shape, [outer, neurons, inner]]` of permuted ones. */
export type HeaderLeaf =
  | readonly [path: string, shape: readonly number[]]
  | readonly [
      path: string,
      shape: readonly number[],
      vectors: readonly [outer: number, neurons: number, inner: number],
    ];

export function headerOf(
  layout: Layout,
  vectors: readonly LeafVectors[],
  { initial, recipe }: { readonly initial: Float32Array; readonly recipe: Json },
): Header {
  const permuted = new Map(vectors.map((leaf) => [leaf.path, leaf]));
  const leaves = layout.leaves.map(({ path, shape }): HeaderLeaf => {
    const leaf = permuted.get(path);
    return leaf ? [path, shape, [leaf.outer, leaf.neurons, leaf.inner]] : [path, shape];
  });
  return { leaves, initial: crc32OfFloats(initial), recipe };
}

const dimension = z.int().min(0);
const headerSchema = z.object({
  leaves: z.array(
    z.union([
      z.tuple([z.string(), z.array(dimension)]),
      z.tuple([z.string(), z.array(dimension), z.tuple([dimension, dimension, dimension])]),
    ]),
  ),
  initial: z.int().min(0).max(0xffffffff),
  recipe: z.custom<Json>((value) => value !== undefined),
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
  readonly plain: readonly { readonly offset: number; readonly size: number }[];
}

export function contentsOf({ leaves }: Header): Contents {
  const vectors: LeafVectors[] = [];
  const plain: { offset: number; size: number }[] = [];
  let offset = 0;
  for (const [path, shape, dimensions] of leaves) {
    const size = shape.reduce((product, d) => product * d, 1);
    if (dimensions) {
      const [outer, neurons, inner] = dimensions;
      vectors.push({ path, offset, outer, neurons, inner });
    } else {
      plain.push({ offset, size });
    }
    offset += size;
  }
  return { vectors, plain };
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
  const stray = leaves.find(([path, , saved]) => saved && saved.join() !== vectors.get(path)?.join());
  if (!stray) return;
  throw new InputError(
    'model',
    `laperm: ${name} has weight vectors of ${describe(stray[0], stray[1])} that the model has not; load it into a model as it was trained`,
  );
}

/** @throws {InputError} unless these are the parameters that the saved network was trained from */
export function checkInitial(
  name: string,
  { initial: crc, recipe }: Header,
  initial: Float32Array,
  size: number,
): void {
  checkSize('initial parameters', initial, size);
  if (crc32OfFloats(initial) === crc) return;
  throw new InputError(
    'model',
    `laperm: ${name} is of a network trained from other first parameters (another seed?); ` +
      `give it those that this recipe makes: ${shorten(JSON.stringify(recipe))}`,
  );
}

/** A file's own words are shown in part and on one line. */
const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

const describe = (path: string, shape: readonly number[]): string =>
  `${/^[\w.-]{1,80}$/.test(path) ? path : showValue(path)}[${shorten(shape.join(', '))}]`;
