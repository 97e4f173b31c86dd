import type { Plot, PlotOptions } from '@observablehq/plot';
import type { Figure, PlotModule } from '../context.ts';
import { RunError } from '../errors.ts';
import { createDocument, type DomElement, SVG_NAMESPACE, type SvgBuilder, svgBuilder } from './dom.ts';
import { type Block, drawLegends, isOrdinal, type LegendLabels } from './legend.ts';
import { light, palette } from './palette.ts';
import { figureClass, figureCss, figureFont, figureStyle } from './style.ts';
import { writeSvg } from './svg-text.ts';
import { wrapText } from './text.ts';

const FONT_SIZE = 12;
const TITLE_SIZE = 15;
/** Free space around the plot, and, with Plot's own 3 px before an axis label, the left edge of all text. */
const MARGIN = 12;
const TEXT_EDGE = MARGIN + 3;

type Drawing = DomElement & Plot;

interface DrawnPlot {
  readonly plot: Drawing;
  readonly svg: SvgBuilder;
  readonly labels: LegendLabels;
}

function drawPlot({ plot: specification }: Figure, plotModule: PlotModule): DrawnPlot {
  const document = createDocument();
  const own = typeof specification === 'function' ? specification(plotModule) : specification;
  const options = { ...figureStyle, ...own, document } as PlotOptions;
  options.width = Number(options.width) - 2 * MARGIN;
  // Title and legends are drawn by us.
  for (const name of ['title', 'subtitle', 'caption', 'figure'] as const) delete options[name];
  options.color = { ...own.color, legend: false };
  options.symbol = { ...own.symbol, legend: false };
  const draw = () => plotModule.plot(options) as unknown as Drawing;

  let plot = draw();
  if (isOrdinal(plot.scale('color')) && own.color?.range === undefined && own.color?.scheme === undefined) {
    options.color = { ...options.color, range: [...palette] };
    plot = draw();
  }
  const labels = { color: own.color?.label, symbol: own.symbol?.label };
  return { plot, svg: svgBuilder(document), labels };
}

/**
 * The figure as the text of an SVG file; see `renderFigure`.
 * @throws Error where the specification asks for a link or a picture that a drawing must not have
 */
export function drawFigure(name: string, figure: Figure, plotModule: PlotModule): string {
  const { plot, svg, labels } = drawPlot(figure, plotModule);
  const width = Number(plot.getAttribute('width')) + 2 * MARGIN;
  const inner = width - 2 * TEXT_EDGE;
  const blocks = [drawTitle(figure.title, inner, svg), ...drawLegends(plot, labels, inner, svg)];

  let y = TEXT_EDGE;
  for (const { element, height } of blocks) {
    element.setAttribute('transform', `translate(${TEXT_EDGE},${y})`);
    y += height;
  }
  const body = svg('g', { transform: `translate(${MARGIN},${y})`, 'font-size': FONT_SIZE, 'text-anchor': 'middle' });
  plot.querySelector('style')?.remove();
  body.append(...plot.childNodes);

  const height = y + Number(plot.getAttribute('height')) + MARGIN;
  const root = svg(
    'svg',
    {
      xmlns: SVG_NAMESPACE,
      class: figureClass,
      role: 'img',
      'aria-labelledby': 'title caption',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      color: light.ink,
      fill: 'currentColor',
      'font-family': figureFont,
    },
    svg('title', { id: 'title' }, figure.title),
    svg('desc', { id: 'caption' }, figure.caption),
    svg('style', {}, figureCss),
    svg('rect', { class: 'ground', width, height, fill: light.ground }),
    ...blocks.map(({ element }) => element),
    body,
  );
  prefixIds(root, name);
  const { text, refused } = writeSvg(root, { styles: true });
  if (refused.length > 0) {
    throw new RunError(
      `${refused.join(', ')} can't stand in it; links may be http, https, relative or begin with #, pictures are data: addresses of images`,
    );
  }
  return `${text}\n`;
}

function drawTitle(title: string, width: number, svg: SvgBuilder): Block {
  const line = TITLE_SIZE * 1.3;
  const lines = wrapText(title, TITLE_SIZE, width);
  const element = svg(
    'g',
    { 'font-size': TITLE_SIZE, 'font-weight': 600 },
    ...lines.map((text, i) => svg('text', { x: 0, y: TITLE_SIZE + i * line }, text)),
  );
  return { element, height: lines.length * line + 8 };
}

/** Makes every identifier, and every reference to one, the figure's own. */
function prefixIds(root: DomElement, name: string): void {
  for (const element of [root, ...root.querySelectorAll('*')]) {
    const id = element.getAttribute('id');
    if (id) element.setAttribute('id', `${name}-${id}`);
    const labels = element.getAttribute('aria-labelledby');
    if (labels) element.setAttribute('aria-labelledby', labels.replaceAll(/\S+/g, `${name}-$&`));
    for (const attribute of [
      'clip-path',
      'fill',
      'stroke',
      'mask',
      'filter',
      'marker-start',
      'marker-mid',
      'marker-end',
    ]) {
      const value = element.getAttribute(attribute);
      if (value?.startsWith('url(#')) element.setAttribute(attribute, value.replace('url(#', `url(#${name}-`));
    }
    for (const attribute of ['href', 'xlink:href']) {
      const value = element.getAttribute(attribute);
      if (value?.startsWith('#')) element.setAttribute(attribute, `#${name}-${value.slice(1)}`);
    }
  }
}
