import type { Matrix } from '@unbraid/checks';
import { encode } from 'fast-png';
import type { Figure, FigureSpace, PlotModule } from '../context.ts';

/** A picture of a grid of images: where it stands, and what it shows. */
export interface Tile {
  readonly panel: string;
  readonly row: string;
  readonly column: string;
  /** A PNG as a data URL. */
  readonly source: string;
}

/**
 * A row of a matrix of square images in [0, 1] as a PNG: a `data:` address.
 * @param channels 1 for grey levels, 3 for planes of red, green and blue
 */
export function pngSource({ data, cols }: Matrix, row: number, channels = 1): string {
  const pixels = cols / channels;
  const side = Math.sqrt(pixels);
  const bytes = new Uint8Array(cols);
  for (let at = 0; at < cols; at++)
    bytes[(at % pixels) * channels + Math.floor(at / pixels)] = Math.round(255 * data[row * cols + at]!);
  const png = encode({ width: side, height: side, data: bytes, channels: channels === 3 ? 3 : 1, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

/** Texts of a figure of tiles: its own, and those of its axes. */
export interface GridTexts extends Pick<Figure, 'title' | 'caption'> {
  readonly columns: string;
  readonly rows: string | null;
}

/** Space beside the tiles of a panel. */
const MARGINS = { marginLeft: 88, marginTop: 46, marginBottom: 12, marginRight: 12 };
const GAP = 2;
/** What a figure adds around a plot. */
const OUTSIDE = 24;

/**
 * A figure of tiles in rows and columns, one panel below the other; columns and rows stand in the order of the tiles. A tile is `largest` px wide and
 * high, less where the figure has less room.
 */
export function gridFigure(tiles: readonly Tile[], largest: number, { columns, rows, ...texts }: GridTexts): Figure {
  const distinct = (key: 'panel' | 'row' | 'column') => [...new Set(tiles.map((tile) => tile[key]))];
  const [panels, rowNames, columnNames] = [distinct('panel'), distinct('row'), distinct('column')];
  const beside = MARGINS.marginLeft + MARGINS.marginRight + OUTSIDE;
  return {
    ...texts,
    plot: (Plot: PlotModule, space: FigureSpace) => {
      const room = Math.floor((space.width - beside) / columnNames.length) - GAP;
      const side = Math.min(largest, room);
      const height = panels.length * rowNames.length * (side + GAP) + MARGINS.marginTop + MARGINS.marginBottom;
      return {
        ...MARGINS,
        width: Math.max(360, beside + columnNames.length * (side + GAP)),
        height: height + (panels.length - 1) * 14,
        grid: false,
        x: { type: 'band', domain: columnNames, label: columns, axis: 'top', tickSize: 0, padding: 0 },
        y: { type: 'band', domain: rowNames, label: rows, tickSize: 0, padding: 0 },
        ...(panels.length > 1 && { fy: { domain: panels, label: null, padding: 0.06 } }),
        marks: [
          Plot.image(tiles, {
            x: 'column',
            y: 'row',
            ...(panels.length > 1 && { fy: 'panel' }),
            src: 'source',
            width: side,
            height: side,
            imageRendering: 'pixelated',
          }),
        ],
      };
    },
  };
}
