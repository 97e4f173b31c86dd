import type { Batch } from './batch.ts';
import type { Room } from './moving-structure.ts';

/** Part of the room that is added to the largest batch seen, since others are larger. */
const MARGIN = 0.05;

/** Room for a batch within each of some radii, and somewhat more. */
export function roomsFor(batches: readonly Batch[], radii: readonly number[], most: number): Room[] {
  return radii.map((radius) => {
    const nodes = Math.max(...batches.map(({ within }) => within[radius]!));
    const edges = Math.max(...batches.map((batch) => edgesWithin(batch, radius)));
    const more = (count: number) => Math.ceil((1 + MARGIN) * count) + 16;
    // Whatever is sampled, there are no more nodes than the graph has; and rows beyond them for edges that a batch doesn't have.
    const held = Math.min(more(nodes), most);
    return { nodes: held + 1 + Math.ceil(more(edges) / held), edges: more(edges) };
  });
}

/** Rows that the edges of a room take where a batch has none. */
const rowsFor = ({ nodes, edges }: Room): number => Math.ceil(edges / (nodes - 1));

/** Edges of the nodes within one hop less than `radius`. */
export const edgesWithin = ({ starts, within }: Batch, radius: number): number => starts[within[radius - 1] ?? 0]!;

/** Whether a batch fits into rooms, each for one of the radii. */
export const fits = (batch: Batch, radii: readonly number[], rooms: readonly Room[]): boolean =>
  radii.every(
    (radius, i) =>
      batch.within[radius]! + rowsFor(rooms[i]!) <= rooms[i]!.nodes && edgesWithin(batch, radius) <= rooms[i]!.edges,
  );
