import type { Figure, PlotModule } from '../context.ts';
import { RunError } from '../errors.ts';
import { partCoinciding } from './coincide.ts';
import { type DomElement, SVG_NAMESPACE, type SvgBuilder } from './dom.ts';
import { prefixIds } from './ids.ts';
import { type Block, drawLegends } from './legend.ts';
import { light } from './palette.ts';
import { type DrawnPlot, drawPlot } from './plot.ts';
import { figureClass, figureCss, figureFont, narrowClass, narrowWidth } from './style.ts';
import { writeSvg } from './svg-text.ts';
import { withoutBackticks, wrapText } from './text.ts';

const FONT_SIZE = 12;
const TITLE_SIZE = 15;
/** Free space around the plot, and, with Plot's own 3 px before an axis label, the left edge of all text. */
const MARGIN = 12;
const TEXT_EDGE = MARGIN + 3;

/**
 * The figure as the text of an SVG file; see `renderFigure`. What is too wide for a narrow screen is in it a second time, hidden, for
 * `narrowWidth` px.
 * @throws RunError where the specification asks for a link or a picture that a drawing must not have
 */
export function drawFigure(name: string, figure: Figure, plotModule: PlotModule): string {
  const root = drawOne(figure, drawPlot(figure, plotModule, false, MARGIN));
  prefixIds(root, name);
  if (Number(root.getAttribute('width')) > narrowWidth) {
    const narrow = drawOne(figure, drawPlot(figure, plotModule, true, MARGIN));
    narrow.setAttribute('class', `${figureClass} ${narrowClass}`);
    narrow.setAttribute('display', 'none');
    narrow.querySelector('style')?.remove();
    // No figure's name has a colon, so no other figure has these identifiers.
    prefixIds(narrow, `narrow:${name}`);
    root.append(narrow);
  }
  const { text, refused } = writeSvg(root, { styles: true });
  if (refused.length > 0) {
    throw new RunError(
      `${refused.join(', ')} can't stand in it; links may be http, https, relative or begin with #, pictures are data: addresses of images`,
    );
  }
  return `${text}\n`;
}

function drawOne(figure: Figure, { plot, svg, labels }: DrawnPlot): DomElement {
  const width = Number(plot.getAttribute('width')) + 2 * MARGIN;
  const inner = width - 2 * TEXT_EDGE;
  const blocks = [drawTitle(figure.title, inner, svg), ...drawLegends(plot, labels, inner, svg)];
  if (partCoinciding(plot)) blocks.push(drawNote('Where curves coincide, one is drawn within the other.', svg));

  let y = TEXT_EDGE;
  for (const { element, height } of blocks) {
    element.setAttribute('transform', `translate(${TEXT_EDGE},${y})`);
    y += height;
  }
  const body = svg('g', { transform: `translate(${MARGIN},${y})`, 'font-size': FONT_SIZE, 'text-anchor': 'middle' });
  plot.querySelector('style')?.remove();
  body.append(...plot.childNodes);

  const height = y + Number(plot.getAttribute('height')) + MARGIN;
  return svg(
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
    svg('title', { id: 'title' }, withoutBackticks(figure.title)),
    svg('desc', { id: 'caption' }, withoutBackticks(figure.caption)),
    svg('style', {}, figureCss),
    svg('rect', { class: 'ground', width, height, fill: light.ground }),
    ...blocks.map(({ element }) => element),
    body,
  );
}

function drawTitle(title: string, width: number, svg: SvgBuilder): Block {
  const line = TITLE_SIZE * 1.3;
  const lines = wrapText(withoutBackticks(title), TITLE_SIZE, width);
  const element = svg(
    'g',
    { 'font-size': TITLE_SIZE, 'font-weight': 600 },
    ...lines.map((text, i) => svg('text', { x: 0, y: TITLE_SIZE + i * line }, text)),
  );
  return { element, height: lines.length * line + 8 };
}

function drawNote(text: string, svg: SvgBuilder): Block {
  const element = svg('g', { 'font-size': FONT_SIZE, 'fill-opacity': 0.75 }, svg('text', { x: 0, y: FONT_SIZE }, text));
  return { element, height: 22 };
}
