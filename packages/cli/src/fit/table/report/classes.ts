import { palette } from '@unbraid/experiment';
import type { Answers, Outputs } from '../scores/answers.ts';
import { largest } from '../scores/sums.ts';
import { wilson } from '../scores/wilson.ts';
import { short } from './numbers.ts';
import type { Report } from './scores.ts';

type ClassAnswers = Extract<Answers, { task: 'classification' }>;

/** Classes that a figure has room for; others are put together. */
const MOST = 15;
const OTHERS = 'others';

/** How often each class was taken for which. */
export function confusionFigure(report: Report, { labels, classes }: ClassAnswers, outputs: Outputs): Promise<void> {
  const found = largest(outputs.data, outputs.rows, outputs.cols);
  const shown = shownClasses(labels, classes.length);
  const nameOf = (c: number) => (shown.has(c) ? classes[c]! : OTHERS);
  const names = [...shown].map((c) => classes[c]!);
  if (shown.size < classes.length) names.push(OTHERS);
  const counts = new Map<string, number>();
  const totals = new Map<string, number>();
  labels.forEach((label, i) => {
    const [truth, claim] = [nameOf(label), nameOf(found[i]!)];
    const key = JSON.stringify([truth, claim]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    totals.set(truth, (totals.get(truth) ?? 0) + 1);
  });
  const cells = names.flatMap((truth) =>
    names.map((claim) => {
      const count = counts.get(JSON.stringify([truth, claim])) ?? 0;
      return { truth, claim, count, share: count / (totals.get(truth) ?? 1) };
    }),
  );
  const widest = Math.max(...names.map((name) => name.length));
  return report.figure('confusion', {
    title: 'Confusion matrix: rows by their class and what they are taken for',
    caption:
      'Counts of held-out rows; the stronger a colour, the larger a share of the rows of its true class. The diagonal is right.',
    plot: (plot) => ({
      height: Math.max(180, 34 * names.length + 90),
      marginLeft: Math.min(160, 24 + 7 * widest),
      marginBottom: names.length > 6 || widest > 10 ? Math.min(150, 40 + 6 * widest) : 46,
      x: {
        domain: names,
        label: 'predicted class',
        ...((names.length > 6 || widest > 10) && { tickRotate: -60 }),
        tickFormat: shortName,
      },
      y: { domain: names, label: 'true class', tickFormat: shortName },
      grid: false,
      marks: [
        plot.cell(cells, {
          x: 'claim',
          y: 'truth',
          fill: palette[0],
          fillOpacity: ({ share }: { share: number }) => 0.04 + 0.5 * share,
          inset: 1,
        }),
        plot.text(cells, {
          x: 'claim',
          y: 'truth',
          text: ({ count }: { count: number }) => count.toLocaleString('en-US'),
        }),
      ],
    }),
  });
}

const shortName = (name: string): string => (name.length > 22 ? `${name.slice(0, 21)}…` : name);

/** The most frequent classes, in the order of the classes. */
function shownClasses(labels: Int32Array, count: number): Set<number> {
  const rows = new Float64Array(count);
  for (const label of labels) rows[label]!++;
  const order = Array.from({ length: count }, (_, c) => c).sort((a, b) => rows[b]! - rows[a]! || a - b);
  return new Set(order.slice(0, count > MOST ? MOST - 1 : MOST).sort((a, b) => a - b));
}

const BINS = 10;

/** Probabilities against how often they come true. */
export function calibrationFigure(report: Report, { labels, classes }: ClassAnswers, outputs: Outputs): Promise<void> {
  const { data, rows, cols } = outputs;
  const isPair = cols === 2;
  const found = largest(data, rows, cols);
  const said = Float64Array.from({ length: rows }, (_, i) => data[i * cols + (isPair ? 1 : found[i]!)]!);
  const isTrue = (i: number) => (isPair ? labels[i] === 1 : labels[i] === found[i]);
  const order = Uint32Array.from(said, (_, i) => i).sort((a, b) => said[a]! - said[b]!);
  const bins = Math.min(BINS, Math.max(2, Math.floor(rows / 20)));
  const points = Array.from({ length: bins }, (_, b) => {
    const part = order.subarray(Math.floor((b * rows) / bins), Math.floor(((b + 1) * rows) / bins));
    let [sum, trues] = [0, 0];
    for (const i of part) {
      sum += said[i]!;
      trues += Number(isTrue(i));
    }
    const share = trues / part.length;
    return { said: sum / part.length, share, ...wilson(share, part.length), rows: part.length };
  });
  const off = points.reduce((sum, point) => sum + (Math.abs(point.said - point.share) * point.rows) / rows, 0);
  const what = isPair ? `of ${classes[1]}` : 'of the predicted class';
  return report.figure('calibration', {
    title: `Calibration: probabilities are off by ${short(off, 2)} on average`,
    caption: `Held-out rows in ${bins} parts of one size by the probability ${what}: what was said against how often it was so, with 95% intervals. On the line probabilities mean what they say.`,
    plot: (plot) => ({
      x: { label: `probability ${what}`, domain: [0, 1] },
      y: { label: 'share of rows where it is so', domain: [0, 1] },
      marks: [
        plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: 'currentColor', strokeOpacity: 0.5 },
        ),
        plot.ruleX(points, { x: 'said', y1: 'lower', y2: 'upper', stroke: palette[0], strokeOpacity: 0.6 }),
        plot.dot(points, { x: 'said', y: 'share', fill: palette[0], r: 4 }),
      ],
    }),
  });
}
