import type { DomElement } from './dom.ts';

/** A curve whose abscissae rise. */
interface Curve {
  readonly element: DomElement;
  /** Of its facet, which curves of other facets can't hide. */
  readonly place: string;
  readonly look: string;
  readonly colour: string;
  readonly width: number;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** px; curves nearer than that cover each other. */
const NEAR = 1.5;
/** A stretch counts as hidden from this length on, in px and as a share of the curve. */
const STRETCH = { px: 24, share: 0.2 } as const;
/** px by which a curve is wider than the one within it */
const RIM = 2;
/** Rims around a curve at most, so that many coinciding curves don't become a bar. */
const RIMS = 3;
/** Beyond that many curves in a facet they are a cloud, in which nobody looks for one. */
const MOST = 12;

/**
 * Widens curves that a later one covers over a stretch, so that both are seen: one lies within the other. A covered curve of the same colour
 * is paler too. Returns whether there were any.
 */
export function partCoinciding(plot: DomElement): boolean {
  const curves = [...plot.querySelectorAll('g[aria-label="line"] path')].flatMap(curveOf);
  const places = [...new Set(curves.map(({ place }) => place))];
  const groups = places.map((place) => curves.filter((curve) => curve.place === place));
  return groups.filter((group) => group.length <= MOST && partGroup(group)).length > 0;
}

/** Curves in the order in which they are drawn. */
function partGroup(curves: readonly Curve[]): boolean {
  const layers = new Array<number>(curves.length).fill(0);
  for (let i = curves.length - 2; i >= 0; i--) {
    const { element, width, colour, look } = curves[i]!;
    const over = curves.flatMap((other, j) => (j > i && other.look !== look && coincide(curves[i]!, other) ? [j] : []));
    if (over.length === 0) continue;
    layers[i] = Math.min(RIMS, 1 + Math.max(...over.map((j) => layers[j]!)));
    element.setAttribute('stroke-width', String(width + RIM * layers[i]!));
    if (over.some((j) => curves[j]!.colour === colour)) element.setAttribute('stroke-opacity', '0.4');
  }
  return layers.some((layer) => layer > 0);
}

function curveOf(element: DomElement): Curve[] {
  const points = pointsOf(element.getAttribute('d') ?? '');
  if (points === undefined) return [];
  const inherited = (name: string) =>
    ancestors(element)
      .find((e) => e.getAttribute(name))
      ?.getAttribute(name) ?? '';
  const [colour, dash] = [inherited('stroke'), inherited('stroke-dasharray')];
  const place = ancestors(element)
    .map((ancestor) => ancestor.getAttribute('transform') ?? '')
    .join();
  const width = Number(inherited('stroke-width')) || 1.5;
  return [{ element, place, look: `${colour} ${dash}`, colour, width, points }];
}

function ancestors(element: DomElement): DomElement[] {
  const chain: DomElement[] = [];
  for (let at: DomElement | null = element; at !== null && at.localName !== 'svg'; at = at.parentElement)
    chain.push(at);
  return chain;
}

/** The corners of a path of straight lines from left to right; undefined for any other. */
function pointsOf(d: string): Curve['points'] | undefined {
  if (!/^M[-\d.e]+,[-\d.e]+(L[-\d.e]+,[-\d.e]+)+$/.test(d)) return undefined;
  const points = d
    .slice(1)
    .split('L')
    .map((pair) => pair.split(',').map(Number) as [number, number]);
  return points.every(([x], i) => i === 0 || x > points[i - 1]![0]) ? points : undefined;
}

/** Whether `over` covers a stretch of `curve`. */
function coincide(curve: Curve, over: Curve): boolean {
  const [first, last] = [curve.points[0]![0], curve.points.at(-1)![0]];
  const needed = Math.min(Math.max(STRETCH.px, STRETCH.share * (last - first)), last - first);
  let begin: number | undefined;
  for (const [x, y] of curve.points) {
    const there = heightAt(over.points, x);
    if (there === undefined || Math.abs(there - y) > NEAR) begin = undefined;
    else if (begin === undefined) begin = x;
    else if (x - begin >= needed - 1e-6) return true;
  }
  return false;
}

function heightAt(points: Curve['points'], x: number): number | undefined {
  const next = points.findIndex((point) => point[0] >= x - 1e-6);
  if (next < 0) return undefined;
  const [x1, y1] = points[next]!;
  if (next === 0) return x1 - x < 1e-3 ? y1 : undefined;
  const [x0, y0] = points[next - 1]!;
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
