import { type Csr, createRandom } from '@unbraid/kernels';

/** How many rounds until a drawing of this size holds still. */
const ROUNDS = 120;

/**
 * Places of nodes in the unit square by springs along edges and repulsion between all (Fruchterman and Reingold 1991), the same for the same seed.
 * @returns x and y of each node, one after another
 */
export function layoutOf(adjacency: Csr, seed: number): Float64Array {
  const { rows: count, starts, columns } = adjacency;
  const places = Float64Array.from(
    createRandom(seed)
      .split('places')
      .uniform(new Float32Array(2 * count)),
  );
  const ideal = Math.sqrt(1 / count);
  const moves = new Float64Array(2 * count);
  for (let round = 0; round < ROUNDS; round++) {
    moves.fill(0);
    const push = (i: number, j: number, force: (distance: number) => number) => {
      const [dx, dy] = [places[2 * i]! - places[2 * j]!, places[2 * i + 1]! - places[2 * j + 1]!];
      const distance = Math.max(Math.hypot(dx, dy), 1e-4);
      const by = force(distance) / distance;
      moves[2 * i]! += dx * by;
      moves[2 * i + 1]! += dy * by;
    };
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) if (j !== i) push(i, j, (distance) => ideal ** 2 / distance);
      for (let e = starts[i]!; e < starts[i + 1]!; e++)
        push(i, columns[e]!, (distance) => -(distance ** 2) / ideal / 4);
    }
    const most = 0.1 * (1 - round / ROUNDS);
    for (let i = 0; i < count; i++) {
      const length = Math.max(Math.hypot(moves[2 * i]!, moves[2 * i + 1]!), 1e-9);
      const by = Math.min(length, most) / length;
      places[2 * i]! += moves[2 * i]! * by;
      places[2 * i + 1]! += moves[2 * i + 1]! * by;
    }
  }
  return fitted(places);
}

/** Into the unit square, with a margin. */
function fitted(places: Float64Array): Float64Array {
  for (const axis of [0, 1]) {
    const own = places.filter((_, i) => i % 2 === axis);
    const [low, high] = [own.reduce((a, b) => Math.min(a, b)), own.reduce((a, b) => Math.max(a, b))];
    for (let i = axis; i < places.length; i += 2) places[i] = 0.03 + (0.94 * (places[i]! - low)) / (high - low || 1);
  }
  return places;
}
