import { batch, countOf, elementOf } from './batch.ts';
import { dict } from './dict.ts';
import { flatten, flattenSpace, isFlat, unflatten } from './flatten.ts';
import { type Graph, type GraphInstance, graph } from './graph.ts';
import { type Sequence, sequence } from './sequence.ts';
import type { Space, Value } from './space.ts';
import { tuple } from './tuple.ts';

/** A flat element of any space: an array of numbers, or what holds such arrays where elements have no size of their own. */
export type Flat = Float64Array | FlatGraph | readonly Flat[] | { readonly [key: string]: Flat };

/** A graph whose nodes and edges are flat, together. */
export interface FlatGraph {
  readonly nodes: Flat;
  readonly edges: Flat | null;
  readonly edgeLinks: Int32Array | null;
}

/**
 * An element as flat as it can be, as Gymnasium's `flatten` has it: one array where the space has flat elements of one size, as of `flatten`. A Sequence is a list of flat elements, or
 * one array of all where it is stacked; a Graph has flat nodes and edges; a Tuple or Dict with such a part holds the flat elements of its parts. `space` must
 * contain `value`.
 *
 * @throws EnvError as `flatten`
 */
export function flattenParts<S extends Space>(space: S, value: Value<S>): Flat {
  return flat(space, value);
}

function flat(space: Space, value: unknown): Flat {
  if (isFlat(space)) return flatten(space, value as never);
  switch (space.type) {
    case 'Sequence':
      return space.stack
        ? together(space.space, value, flat, flattenPartsSpace(space.space))
        : (value as readonly unknown[]).map((element) => flat(space.space, element));
    case 'Graph':
      return flatGraph(space, value as GraphInstance);
    case 'Tuple':
      return space.spaces.map((part, i) => flat(part, (value as readonly unknown[])[i]));
    case 'Dict':
      return Object.fromEntries(
        space.keys.map((key) => [key, flat(space.spaces[key]!, (value as Record<string, unknown>)[key])]),
      );
    default:
      return flatten(space, value as never);
  }
}

/** What each element of a batch becomes, together as a batch of the space that the results are in. */
function together(
  space: Space,
  batched: unknown,
  change: (space: Space, element: unknown) => unknown,
  into: Space,
): Flat {
  const count = countOf(space, batched) ?? 0;
  const changed = Array.from({ length: count }, (_, i) => change(space, elementOf(space, batched, i)));
  return batch(into, changed as never) as unknown as Flat;
}

function flatGraph({ nodeSpace, edgeSpace }: Graph, { nodes, edges, edgeLinks }: GraphInstance): FlatGraph {
  return {
    nodes: together(nodeSpace, nodes, flat, flattenPartsSpace(nodeSpace)),
    edges: edges === null ? null : together(edgeSpace!, edges, flat, flattenPartsSpace(edgeSpace!)),
    edgeLinks,
  };
}

/** The element that `flattenParts` turned into `flat`. @throws EnvError as `unflatten` */
export function unflattenParts<S extends Space>(space: S, flat: Flat): Value<S> {
  return restored(space, flat) as Value<S>;
}

function restored(space: Space, given: unknown): unknown {
  if (isFlat(space)) return unflatten(space, given as Float64Array);
  switch (space.type) {
    case 'Sequence':
      return space.stack
        ? restoredTogether(space.space, given)
        : (given as readonly Flat[]).map((element) => restored(space.space, element));
    case 'Graph': {
      const { nodes, edges, edgeLinks } = given as FlatGraph;
      return {
        nodes: restoredTogether(space.nodeSpace, nodes),
        edges: edges === null ? null : restoredTogether(space.edgeSpace!, edges),
        edgeLinks,
      };
    }
    case 'Tuple':
      return space.spaces.map((part, i) => restored(part, (given as readonly Flat[])[i]));
    case 'Dict':
      return Object.fromEntries(
        space.keys.map((key) => [key, restored(space.spaces[key]!, (given as Record<string, Flat>)[key])]),
      );
    default:
      return unflatten(space, given as Float64Array);
  }
}

const restoredTogether = (space: Space, given: unknown): Flat =>
  together(flattenPartsSpace(space), given, (_, element) => restored(space, element), space);

/** The space of flat elements, as Gymnasium's `flatten_space` has it. @throws EnvError as `flattenSpace` */
export function flattenPartsSpace(space: Space): Space {
  if (isFlat(space)) return flattenSpace(space);
  switch (space.type) {
    case 'Sequence':
      return sequence(flattenPartsSpace(space.space), { stack: space.stack }) as Sequence;
    case 'Graph':
      return graph(
        flattenPartsSpace(space.nodeSpace),
        space.edgeSpace === null ? null : flattenPartsSpace(space.edgeSpace),
      ) as Graph;
    case 'Tuple':
      return tuple(space.spaces.map(flattenPartsSpace));
    case 'Dict':
      return dict(Object.fromEntries(space.keys.map((key) => [key, flattenPartsSpace(space.spaces[key]!)])));
    default:
      return flattenSpace(space);
  }
}
