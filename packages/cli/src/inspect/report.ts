import { basename } from 'node:path';
import { palette, type RunContext } from '@unbraid/experiment';
import { kernelChangeLimit, linearRegimeMeanings } from '@unbraid/linearity';
import { type Findings, normOf } from './findings.ts';

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

/** Tables and figures of an inspection. */
export async function reportFindings(report: Report, findings: Findings): Promise<void> {
  findingsTable(report, findings);
  hessianTable(report, findings);
  await hessianFigure(report, findings);
  await spectrumFigure(report, findings);
  await distanceFigure(report, findings);
}

const short = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'not finite');

function findingsTable(report: Report, findings: Findings): void {
  const { subject, settings, norm, gradient, spectrum, step, curvature, kernelChange, distance, regime, kinks } =
    findings;
  const { change, threshold } = settings;
  const percent = `${short(100 * threshold)}%`;
  const pieces = kinks.length > 0 ? `; of a smooth piece, without the kinks of ${kinks.join(', ')}` : '';
  report.table('findings', {
    title: `${basename(settings.model)}: ${regime}`,
    caption:
      `${linearRegimeMeanings[regime]}. Measured is ${subject.measured}, at ${subject.origin}. ` +
      `Rule: the network is "not linear" where δ or the kernel's measured change is above ${percent}; below, it is "linear" where 2 ε + ε² is at most ${percent} too, ` +
      `else "linear on the way". R is what training needs to move each row's output by ρ = ${short(change)}, up or down at random.`,
    columns: ['quantity', 'value', 'what it is'],
    rows: [
      ['parameters', subject.params.length, `of which ${subject.trained} are weights`],
      ['‖H‖', short(norm), `spectral norm of the Hessian, the largest of ${findings.hessians.length} rows${pieces}`],
      ['‖∇f‖', short(gradient), 'norm of the gradient, root mean square over the rows'],
      [
        'λ_min',
        short(spectrum.smallest),
        `smallest eigenvalue of the tangent kernel, known to ±${spectrum.bound.toExponential(0)}`,
      ],
      ['λ_max', short(spectrum.largest), `largest eigenvalue; ${step.rank} of ${subject.x.rows} are above rounding`],
      ['R', short(step.length), `length of the shortest step that fits the rows in the tangent model`],
      ['ε', short(curvature), '‖H‖ R / ‖∇f‖'],
      ['2 ε + ε²', short(kernelChangeLimit(curvature)), 'change of the kernel within R that ‖H‖ allows, relative'],
      ['kernel change', short(kernelChange), 'measured after the step, relative'],
      ['δ', short(distance), 'distance from the tangent model after the step, relative to what it gains'],
    ],
  });
}

function hessianTable(report: Report, { hessians }: Findings): void {
  report.table('hessians', {
    title: 'The ends of the Hessian, row by row',
    caption: 'A true eigenvalue lies within ± of each end, by the residual; products are Hessian-vector products.',
    columns: ['row', 'lower end', '±', 'upper end', '± ', '‖H‖', 'products', 'converged'],
    rows: hessians.map((each) => [
      each.row,
      short(each.lower),
      each.lowerBound.toExponential(0),
      short(each.upper),
      each.upperBound.toExponential(0),
      short(normOf(each)),
      each.products,
      each.converged ? 'yes' : 'no',
    ]),
  });
}

function hessianFigure(report: Report, { hessians, norm, kinks }: Findings): Promise<void> {
  const rows = hessians.map(({ row }) => String(row));
  const ends = hessians.flatMap(({ row, lower, upper }) => [
    { row: String(row), value: lower, end: 'lower end' },
    { row: String(row), value: upper, end: 'upper end' },
  ]);
  return report.figure('hessian', {
    title: `The ends of the Hessian's spectrum: ‖H‖ = ${short(norm)}`,
    caption: `Smallest and largest eigenvalue of the Hessian of the output by the weights, at each row that was measured.${kinks.length > 0 ? ` It is the Hessian of a smooth piece: kinks of ${kinks.join(', ')} are left out.` : ''}`,
    plot: (plot) => ({
      x: { type: 'point', domain: rows, label: 'row of the inputs' },
      y: { label: 'eigenvalue of H', nice: true, tickFormat: '.3~g' },
      color: { legend: true, domain: ['lower end', 'upper end'], range: palette.slice(0, 2) },
      marks: [
        plot.ruleY([0], { stroke: 'currentColor', strokeOpacity: 0.5 }),
        plot.ruleX(hessians, {
          x: ({ row }) => String(row),
          y1: 'lower',
          y2: 'upper',
          stroke: 'currentColor',
          strokeOpacity: 0.4,
        }),
        plot.dot(ends, { x: 'row', y: 'value', fill: 'end', r: 4 }),
      ],
    }),
  });
}

function spectrumFigure(report: Report, { spectrum }: Findings): Promise<void> {
  const ranked = spectrum.values.toReversed().map((value, i) => ({ rank: i + 1, value }));
  const all = ranked.filter(({ value }) => value > 0);
  const lowest = all.at(-1)!.value;
  const series = (value: number) => (value > spectrum.bound ? 'above rounding' : 'within rounding of 0');
  const kinds = [...new Set(all.map(({ value }) => series(value)))];
  const dropped = ranked.length - all.length;
  return report.figure('kernel', {
    title: `The tangent kernel's spectrum: λ from ${short(spectrum.smallest)} to ${short(spectrum.largest)}`,
    caption: `Eigenvalues of the tangent kernel of the rows, by rank. The dashed line is what rounding can make of 0.${dropped > 0 ? ` ${dropped} came out negative and are not drawn.` : ''}`,
    plot: (plot) => ({
      marginLeft: 72,
      x: { label: 'rank of the eigenvalue', domain: [0.5, ranked.length + 0.5], ticks: Math.min(10, ranked.length) },
      y: { type: 'log', label: 'eigenvalue λ of K', tickFormat: '~g' },
      color: { legend: true, domain: kinds, range: palette.slice(0, kinds.length) },
      marks: [
        ...(spectrum.bound > lowest / 10
          ? [plot.ruleY([spectrum.bound], { stroke: 'currentColor', strokeDasharray: '4,3' })]
          : []),
        plot.dot(all, { x: 'rank', y: 'value', fill: ({ value }) => series(value), r: 3.5 }),
      ],
    }),
  });
}

function distanceFigure(report: Report, { ways, step, norm, settings }: Findings): Promise<void> {
  const points = ways.flatMap(({ name, lengths, distances, rounding }) =>
    lengths.flatMap((length, i) => {
      const distance = distances[i]!;
      return Number.isFinite(distance) && distance > rounding ? [{ name, length, distance }] : [];
    }),
  );
  const lengths = ways[0]!.lengths;
  const allowed = norm > 0 ? lengths.map((length) => ({ length, distance: (norm * length ** 2) / 2 })) : [];
  const level = settings.threshold * settings.change;
  return report.figure('distance', {
    title: 'Distance from the tangent model against the length of a step',
    caption:
      'Root mean square over rows of f(w + d) − f(w) − ∇f · d. Dashed: ½ ‖H‖ ‖d‖², the most that a bend of that norm makes. The vertical line is R, the length ' +
      `that training needs; the horizontal one ${short(100 * settings.threshold)}% of the change ρ that it is after. Distances within rounding of 0, or that left float32, are not drawn.`,
    plot: (plot) => ({
      marginLeft: 72,
      x: {
        type: 'log',
        domain: [lengths[0]!, lengths.at(-1)!],
        label: 'length of the step ‖d‖, in weight space',
        tickFormat: '~g',
      },
      y: { type: 'log', label: 'distance, in units of the output', tickFormat: '~g' },
      color: { legend: true, label: 'direction', domain: ways.map(({ name }) => name) },
      marks: [
        plot.ruleX([step.length], { stroke: 'currentColor', strokeOpacity: 0.6 }),
        plot.ruleY([level], { stroke: 'currentColor', strokeOpacity: 0.6 }),
        plot.line(allowed, { x: 'length', y: 'distance', stroke: 'currentColor', strokeDasharray: '4,3' }),
        plot.text([{ length: step.length }], { x: 'length', frameAnchor: 'bottom', text: ['R'], dx: 9, dy: -6 }),
        plot.text(allowed.slice(5, 6), {
          x: 'length',
          y: 'distance',
          text: ['½ ‖H‖ ‖d‖²'],
          textAnchor: 'end',
          dx: -10,
          dy: -8,
        }),
        plot.line(points, { x: 'length', y: 'distance', stroke: 'name', z: 'name' }),
        plot.dot(points, { x: 'length', y: 'distance', fill: 'name', r: 3 }),
      ],
    }),
  });
}
