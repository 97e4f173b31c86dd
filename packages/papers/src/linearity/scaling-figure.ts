import { type Figure, palette } from '@unbraid/experiment';
import { type Family, families, familyTitles } from './families.ts';
import type { PowerLaw, Sample } from './slope.ts';

/** What was measured at networks of one kind. */
export interface Series {
  readonly family: Family;
  readonly samples: readonly Sample[];
  /** Fitted through the samples from this width on. */
  readonly law: PowerLaw;
  readonly from: number;
}

const titles = families.map((family) => familyTitles[family]);

/** Both axes logarithmic: a dot for each sample, the fitted power law as a line over the widths that it was fitted to. */
export function scalingFigure(
  about: Pick<Figure, 'title' | 'caption'> & { readonly y: string },
  series: readonly Series[],
): Figure {
  const dots = series.flatMap(({ family, samples }) =>
    samples.map((sample) => ({ ...sample, family: familyTitles[family] })),
  );
  const lines = series.flatMap(({ family, samples, law, from }) =>
    [...new Set(samples.map(({ width }) => width))]
      .filter((width) => width >= from)
      .map((width) => ({ width, value: law.scale * width ** law.slope, family: familyTitles[family] })),
  );
  return {
    title: about.title,
    caption: about.caption,
    plot: (plot) => ({
      x: { type: 'log', label: 'width m', grid: true, tickFormat: '~s' },
      y: { type: 'log', label: about.y, grid: true, tickFormat: '~g' },
      color: { legend: true, domain: titles, range: palette.slice(0, titles.length) },
      symbol: { domain: titles, range: ['circle', 'times', 'square'] },
      marks: [
        plot.line(lines, { x: 'width', y: 'value', stroke: 'family', z: 'family', strokeWidth: 1.5 }),
        plot.dot(dots, { x: 'width', y: 'value', stroke: 'family', symbol: 'family', r: 3 }),
      ],
    }),
  };
}

/** `−0.49 ± 0.01`; the error is left out where there is none. */
export function showSlope({ slope, standardError }: PowerLaw): string {
  const text = slope.toFixed(3).replace('-', '−');
  return Number.isFinite(standardError) ? `${text} ± ${standardError.toFixed(3)}` : text;
}
