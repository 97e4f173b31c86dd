import type { Curve } from '../../api.ts';
import { keyId } from './line.ts';

/**
 * Curves of the whole with all points of a part put in the part's place, so that what is zoomed in on is whole and what lies about
 * it is still there while the reader moves. The counts are those of the part.
 */
export function withDetail(
  whole: readonly Curve[],
  part: readonly Curve[],
  from: number,
  to: number,
): readonly Curve[] {
  const parts = new Map(part.map((curve) => [keyId(curve.key), curve]));
  const joined = whole.map((curve): Curve => {
    const inside = parts.get(keyId(curve.key));
    // Nothing of it lies between the limits.
    if (!inside) return { ...curve, total: 0, sampled: false };
    const before = curve.x.findIndex((x) => x >= from);
    const begin = before < 0 ? curve.x.length : before;
    const behind = curve.x.findIndex((x) => x > to);
    const end = behind < 0 ? curve.x.length : behind;
    return {
      key: curve.key,
      x: [...curve.x.slice(0, begin), ...inside.x, ...curve.x.slice(end)],
      y: [...curve.y.slice(0, begin), ...inside.y, ...curve.y.slice(end)],
      total: inside.total,
      sampled: inside.sampled,
    };
  });
  const known = new Set(whole.map(({ key }) => keyId(key)));
  return [...joined, ...part.filter(({ key }) => !known.has(keyId(key)))];
}
