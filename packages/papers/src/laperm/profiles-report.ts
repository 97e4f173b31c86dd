import type { RunContext } from '@unbraid/experiment';
import type { ProfileFacts, WeightProfile } from '@unbraid/laperm';
import { NEURONS, profilePoints } from './weight-figures.ts';

/** A layer's profile and what it is like. */
export interface ProfiledLayer extends WeightProfile {
  readonly facts: ProfileFacts;
}

/** Layers in a row of the figure. */
const ACROSS = 6;
const DOWN = 4;

/** The profiles of all layers as a table and a figure. */
export async function reportProfiles(
  context: Pick<RunContext<unknown>, 'figure' | 'table'>,
  layers: readonly ProfiledLayer[],
  name: string,
): Promise<void> {
  context.table('layers', {
    title: `Weight profiles of ${name}`,
    caption:
      'Likeness: share of the variance that the mean profile of the layer explains. Distance: of the weights from He’s uniform start, Kolmogorov and Smirnov’s ' +
      'statistic times √weights; below 1.63 in 99 of 100 layers that are fresh or permuted.',
    columns: ['layer', 'neurons', 'weights a neuron', 'mean', 'deviation', 'kurtosis', 'likeness', 'zeros', 'distance'],
    rows: layers.map(({ path, neurons, length, facts }, at) => [
      `${at + 1}: ${path}`,
      neurons,
      length,
      facts.mean.toFixed(4),
      facts.deviation.toFixed(4),
      facts.kurtosis.toFixed(2),
      facts.likeness.toFixed(3),
      `${(100 * facts.zeros).toFixed(1)} %`,
      facts.fromUniform.toFixed(2),
    ]),
  });
  const curves = profilePoints(layers, ACROSS * DOWN);
  const drawn = [...new Set(curves.map(({ at }) => at))];
  const placed = (at: number) => ({
    column: drawn.indexOf(at) % ACROSS,
    row: Math.floor(drawn.indexOf(at) / ACROSS),
    layer: `layer ${at + 1}`,
  });
  const points = curves.map((point) => {
    const scale = layers[point.at]!.facts.deviation || 1;
    return { ...point, ...placed(point.at), scaled: point.weight / scale };
  });
  const rows = Math.ceil(drawn.length / ACROSS);
  await context.figure('profiles', {
    title: 'Weight profiles',
    caption: `The weights of the first ${NEURONS} neurons of each layer, every neuron's sorted, in units of the layer's deviation; of deep networks some layers from the first to the last.`,
    plot: (Plot) => ({
      height: 60 + 150 * rows,
      marginLeft: 50,
      marginTop: 30,
      x: { label: 'rank of the weight, 0 the smallest, 1 the largest', ticks: [0, 0.5, 1], tickFormat: String },
      y: { label: 'weight / deviation', ticks: 5 },
      fx: { axis: null, padding: 0.12 },
      fy: { axis: null, padding: 0.2 },
      marks: [
        Plot.frame({ strokeOpacity: 0.2 }),
        Plot.line(points, { x: 'rank', y: 'scaled', z: 'neuron', fx: 'column', fy: 'row', strokeOpacity: 0.5 }),
        Plot.text(drawn.map(placed), { fx: 'column', fy: 'row', text: 'layer', frameAnchor: 'top', dy: -10 }),
      ],
    }),
  });
}
