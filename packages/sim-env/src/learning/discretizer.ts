import { EnvError } from '../env-error.ts';
import type { Box, Discrete } from '../spaces/index.ts';

/** Maps elements of a space to integers from 0 to `size` − 1, and back to an element of that cell. */
export interface Discretizer<T> {
  readonly size: number;
  encode(value: T): number;
  /** For entries between two edges their middle; below the first and from the last edge on that edge or the limit beyond it. */
  decode(cell: number): T;
}

/** The integers themselves. */
export function discretizeDiscrete({ n, start }: Discrete): Discretizer<number> {
  return { size: n, encode: (value) => value - start, decode: (cell) => cell + start };
}

/**
 * Cuts each entry of a Box at its own ascending edges: e edges make e + 1 intervals, each with its lower end.
 *
 * @throws EnvError unless there is a list of ascending edges for each entry
 */
export function discretizeBox(space: Box<'float32'>, edges: readonly (readonly number[])[]): Discretizer<Float32Array> {
  if (edges.length !== space.low.length) {
    throw new EnvError(
      'setting',
      `sim-env: discretizer: ${edges.length} lists of edges for ${space.low.length} entries`,
    );
  }
  for (const [i, cuts] of edges.entries()) {
    if (cuts.some((cut, k) => Number.isNaN(cut) || !(k === 0 || cut > cuts[k - 1]!))) {
      throw new EnvError('setting', `sim-env: discretizer: the edges of entry ${i} do not ascend: ${cuts.join(', ')}`);
    }
  }
  const middles = edges.map((cuts, i) => middlesOf(cuts, space.low[i]!, space.high[i]!));
  return {
    size: edges.reduce((size, cuts) => size * (cuts.length + 1), 1),
    encode(value) {
      let cell = 0;
      for (let i = 0; i < edges.length; i++) {
        const cuts = edges[i]!;
        let interval = 0;
        while (interval < cuts.length && value[i]! >= cuts[interval]!) interval++;
        cell = cell * (cuts.length + 1) + interval;
      }
      return cell;
    },
    decode(cell) {
      const value = new Float32Array(edges.length);
      let rest = cell;
      for (let i = edges.length - 1; i >= 0; i--) {
        value[i] = middles[i]![rest % middles[i]!.length]!;
        rest = Math.floor(rest / middles[i]!.length);
      }
      return value;
    },
  };
}

function middlesOf(cuts: readonly number[], low: number, high: number): number[] {
  const ends = [low, ...cuts, high];
  return ends.slice(1).map((end, i) => {
    const begin = ends[i]!;
    if (Number.isFinite(begin) && Number.isFinite(end)) return (begin + end) / 2;
    return Number.isFinite(begin) ? begin : end;
  });
}

/**
 * `count` edges that cut the span into equal intervals.
 *
 * @throws EnvError unless low < high, both finite, and count is a positive integer
 */
export function linearEdges(low: number, high: number, count: number): number[] {
  checkSpan('linearEdges', low, high, count);
  return Array.from({ length: count }, (_, i) => low + ((high - low) * (i + 1)) / (count + 1));
}

/**
 * `count` edges from `low` to `high`, both positive, each the same factor above the last.
 *
 * @throws EnvError unless 0 < low < high, both finite, and count is a positive integer
 */
export function logEdges(low: number, high: number, count: number): number[] {
  checkSpan('logEdges', low, high, count);
  if (low <= 0) throw new EnvError('setting', `sim-env: logEdges: low is positive, got ${low}`);
  return Array.from({ length: count }, (_, i) => low * (high / low) ** (count === 1 ? 0 : i / (count - 1)));
}

function checkSpan(name: string, low: number, high: number, count: number): void {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new EnvError('setting', `sim-env: ${name}: low lies below high, both finite; got ${low} and ${high}`);
  }
  if (!(Number.isSafeInteger(count) && count > 0)) {
    throw new EnvError('setting', `sim-env: ${name}: count is a positive integer, got ${count}`);
  }
}
