import type { Plot, PlotOptions } from '@observablehq/plot';
import type { Figure, PlotModule } from '../context.ts';
import { createDocument, type DomElement, type SvgBuilder, svgBuilder } from './dom.ts';
import { isOrdinal, type LegendLabels } from './legend.ts';
import { palette } from './palette.ts';
import { figureStyle, narrowStyle, narrowWidth } from './style.ts';
import { wholeTicks } from './whole-ticks.ts';

type Drawing = DomElement & Plot;

/** What Observable Plot drew, and what the rest of the figure is made with and from. */
export interface DrawnPlot {
  readonly plot: Drawing;
  readonly svg: SvgBuilder;
  readonly labels: LegendLabels;
}

/** Plot's drawing of a specification, within `width` px less `2 · margin`. */
export function drawPlot({ plot: specification }: Figure, plotModule: PlotModule, narrow: boolean, margin: number) {
  const document = createDocument();
  const space = { width: narrow ? narrowWidth : figureStyle.width };
  const own = typeof specification === 'function' ? specification(plotModule, space) : specification;
  const options = { ...sizedFor(own, narrow), document } as PlotOptions;
  options.width = Number(options.width) - 2 * margin;
  // Title and legends are drawn by us.
  for (const name of ['title', 'subtitle', 'caption', 'figure'] as const) delete options[name];
  options.color = { ...own.color, legend: false };
  options.symbol = { ...own.symbol, legend: false };
  const draw = () => plotModule.plot(options) as unknown as Drawing;

  let plot = draw();
  const ownColours = own.color?.range !== undefined || own.color?.scheme !== undefined;
  const changes = {
    ...wholeTicks(plot, options),
    ...paletteFor(plot, options, ownColours),
    // The names of facets above the plot need a line of their own below the label of the ordinate.
    ...(plot.scale('fx') !== undefined && own.marginTop === undefined && { marginTop: figureStyle.marginTop + 16 }),
  };
  if (Object.keys(changes).length > 0) {
    Object.assign(options, changes);
    plot = draw();
  }
  const labels = { color: own.color?.label, symbol: own.symbol?.label };
  return { plot, svg: svgBuilder(document), labels } satisfies DrawnPlot;
}

/** A specification with what it leaves open; its own size, where it has one, shrinks in proportion to fit a narrow screen. */
function sizedFor(own: PlotOptions, narrow: boolean): PlotOptions {
  if (!narrow) return { ...figureStyle, ...own };
  const options = { ...figureStyle, ...narrowStyle, ...own };
  if (own.width !== undefined && own.width > narrowWidth) {
    options.width = narrowWidth;
    if (own.height !== undefined) options.height = Math.round((own.height * narrowWidth) / own.width);
  }
  return options;
}

function paletteFor(plot: Drawing, { color }: PlotOptions, ownColours: boolean): Pick<PlotOptions, 'color'> {
  return isOrdinal(plot.scale('color')) && !ownColours ? { color: { ...color, range: [...palette] } } : {};
}
