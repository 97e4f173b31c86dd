import type { Plot, Scale } from '@observablehq/plot';
import type { DomElement, SvgBuilder } from './dom.ts';
import { textWidth } from './text.ts';

/** A piece of the figure that stands above the plot. */
export interface Block {
  readonly element: DomElement;
  /** px */
  readonly height: number;
}

const FONT_SIZE = 12;
const ROW = 22;
const SWATCH = 15;
const DISCRETE = new Set(['ordinal', 'categorical', 'threshold', 'quantile', 'quantize']);

/** What the specification calls its scales; Plot keeps it to itself. */
export type LegendLabels = Readonly<Record<'color' | 'symbol', string | null | undefined>>;

export function isOrdinal(scale: Scale | undefined): scale is Scale {
  return scale?.type === 'ordinal' || (scale?.type as string | undefined) === 'categorical';
}

/**
 * The legends that a plot needs: of its symbols and colours, in one where they tell the same, and a ramp for a
 * continuous colour. Plot's own are HTML beside the drawing; a figure that stands alone needs them within.
 */
export function drawLegends(plot: Plot, labels: LegendLabels, width: number, svg: SvgBuilder): Block[] {
  const [color, symbol] = [plot.scale('color'), plot.scale('symbol')];
  const blocks: Block[] = [];
  if (symbol !== undefined) blocks.push(drawSwatches(plot.legend('symbol'), labels.symbol ?? labels.color, width, svg));
  const colorIsTold = symbol !== undefined && String(symbol.domain) === String(color?.domain);
  if (color === undefined || colorIsTold) return blocks;
  if (DISCRETE.has(color.type ?? '')) blocks.push(drawSwatches(plot.legend('color'), labels.color, width, svg));
  else blocks.push(drawRamp(color, labels.color, svg));
  return blocks;
}

/** Plot's swatches, set in rows. */
function drawSwatches(legend: unknown, label: string | null | undefined, width: number, svg: SvgBuilder): Block {
  const group = svg('g', { 'font-size': FONT_SIZE, 'text-anchor': 'start' });
  let [x, y] = [0, 0];
  if (label) {
    group.append(svg('text', { x, y: 12, 'font-weight': 600 }, label));
    x += textWidth(label, FONT_SIZE) + 14;
  }
  for (const swatch of (legend as DomElement).querySelectorAll('[class$="-swatch"]')) {
    const text = swatch.textContent?.trim() ?? '';
    const step = SWATCH + 6 + textWidth(text, FONT_SIZE) + 16;
    if (x > 0 && x + step - 16 > width) [x, y] = [0, y + ROW];
    const mark = swatch.querySelector('svg');
    if (mark !== null) {
      mark.setAttribute('x', String(x));
      mark.setAttribute('y', String(y));
      group.append(mark);
    }
    group.append(svg('text', { x: x + SWATCH + 6, y: y + 12 }, text));
    x += step;
  }
  return { element: group, height: y + ROW };
}

/** A strip of the colours with the ends and the middle named. */
function drawRamp(scale: Scale, label: string | null | undefined, svg: SvgBuilder): Block {
  const [width, steps] = [240, 24];
  const domain = [...(scale.domain as Iterable<number>)].map(Number);
  const [low, high] = [domain[0]!, domain.at(-1)!];
  const at = (share: number) => (scale.type === 'log' ? low * (high / low) ** share : low + (high - low) * share);
  const group = svg('g', { 'font-size': FONT_SIZE });
  if (label) group.append(svg('text', { x: 0, y: 12, 'text-anchor': 'start', 'font-weight': 600 }, label));
  const top = label ? 20 : 0;
  for (let i = 0; i < steps; i++) {
    const x = (width / steps) * i;
    // Half a pixel of overlap hides the seams between strips.
    const size = { x, y: top, width: width / steps + 0.5, height: 10 };
    group.append(svg('rect', { ...size, fill: scale.apply(at((i + 0.5) / steps)) }));
  }
  for (const [share, anchor] of [
    [0, 'start'],
    [0.5, 'middle'],
    [1, 'end'],
  ] as const) {
    const text = Number(at(share).toPrecision(3)).toLocaleString('en-US');
    group.append(svg('text', { x: share * width, y: top + 24, 'text-anchor': anchor }, text));
  }
  return { element: group, height: top + 36 };
}
