import type { RunContext } from '@unbraid/experiment';
import { type Skip, type WeightProfile, weightMovement, weightProfiles } from '@unbraid/laperm';
import type { AnyModel } from '@unbraid/nn';

/** A network before and after it was trained. */
export interface TrainedExample {
  readonly model: AnyModel;
  readonly initial: Float32Array;
  readonly params: Float32Array;
  readonly skip?: Skip;
}

type Report = Pick<RunContext<unknown>, 'figure'>;

/** Neurons of a layer that are drawn, and points of each one's curve: more would only cover each other. */
export const NEURONS = 10;
const POINTS = 80;
/** Layers that stand side by side. */
const LAYERS = 8;

/** Weights of some neurons of every layer, sorted, before training and after it. */
export function profileFigure(context: Report, { model, initial, params }: TrainedExample): Promise<void> {
  const pointsOf = (values: Float32Array, time: string) =>
    profilePoints(weightProfiles(model, values), LAYERS).map((point) => ({
      ...point,
      time,
      layer: `layer ${point.at + 1}`,
    }));
  const points = [...pointsOf(initial, 'before training'), ...pointsOf(params, 'after training')];
  return context.figure('profiles', {
    title: 'Weight profiles before and after training',
    caption:
      `The weights of the first ${NEURONS} neurons of each layer, every neuron's sorted; of deep networks ${LAYERS} layers from the first to the last. Training puts weights elsewhere and ` +
      'leaves their values, so the curves are the same in both rows.',
    plot: (Plot) => ({
      marginLeft: 60,
      marginRight: 100,
      x: { label: 'rank of the weight, 0 the smallest, 1 the largest', ticks: [0, 0.5, 1], tickFormat: String },
      y: { label: 'weight', nice: true, ticks: 5 },
      fx: { label: null, padding: 0.15 },
      fy: { label: null, domain: ['before training', 'after training'] },
      marks: [
        Plot.frame({ strokeOpacity: 0.2 }),
        Plot.line(points, { x: 'rank', y: 'weight', z: 'neuron', fx: 'layer', fy: 'time', strokeOpacity: 0.5 }),
      ],
    }),
  });
}

/** A point of a neuron's sorted weights. */
export interface ProfilePoint {
  /** The layer, counted from 0. */
  readonly at: number;
  readonly neuron: number;
  /** From 0, the smallest, to 1, the largest. */
  readonly rank: number;
  readonly weight: number;
}

/** Curves of the first neurons of at most `most` layers, from the first to the last. */
export function profilePoints(profiles: readonly WeightProfile[], most: number): readonly ProfilePoint[] {
  return spread(profiles.length, most).flatMap((at) => {
    const { neurons, length, sorted } = profiles[at]!;
    return Array.from({ length: Math.min(neurons, NEURONS) }, (_, neuron) =>
      spread(length, POINTS).map((rank) => ({
        at,
        neuron,
        rank: length > 1 ? rank / (length - 1) : 0,
        weight: sorted[neuron * length + rank]!,
      })),
    ).flat();
  });
}

/** Indexes from the first to the last of `length`, evenly spread and at most `most`. */
function spread(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / Math.max(1, count - 1)));
}

/** Share of the weights of every parameter that training put elsewhere. */
export function movementFigure(context: Report, example: TrainedExample): Promise<void> {
  const movement = weightMovement(example.model, example.initial, example.params, example.skip);
  const bars = movement.map(({ path, moved, from }) => ({ path, moved: 100 * moved, entries: from.length }));
  return context.figure('movement', {
    title: 'Weights that training moved',
    caption: 'Share of the entries of each parameter whose value is another after training than before.',
    plot: (Plot) => ({
      height: 80 + 22 * bars.length,
      marginLeft: 60 + 6 * Math.max(...bars.map(({ path }) => path.length)),
      marginRight: 130,
      x: { label: 'entries with another value, in percent', domain: [0, 100] },
      y: { label: null, domain: bars.map(({ path }) => path) },
      marks: [
        Plot.barX(bars, { x: 'moved', y: 'path', fill: 'currentColor', fillOpacity: 0.6 }),
        Plot.ruleX([0]),
        Plot.text(bars, {
          x: 'moved',
          y: 'path',
          text: ({ moved, entries }: (typeof bars)[number]) => `${moved.toFixed(0)} %, ${entries} entries`,
          textAnchor: 'start',
          dx: 6,
        }),
      ],
    }),
  });
}

/** Where weights of the first layer went: for every pixel, how much the mean weight there changed. */
export function pixelFigure(context: Report, { model, initial, params }: TrainedExample, side: number): Promise<void> {
  const [before, after] = [initial, params].map((values) => meanByPixel(model, values, side * side));
  const cells = Array.from({ length: side * side }, (_, pixel) => ({
    column: pixel % side,
    right: (pixel % side) + 1,
    row: Math.floor(pixel / side),
    bottom: Math.floor(pixel / side) + 1,
    change: after![pixel]! - before![pixel]!,
  }));
  const largest = Math.max(...cells.map(({ change }) => Math.abs(change)));
  return context.figure('pixels', {
    title: 'Where the first layer put its weights',
    caption: 'Change of the mean weight of all neurons at each pixel, from before training to after it.',
    plot: (Plot) => ({
      width: 480,
      height: 480,
      x: { axis: null },
      y: { axis: null, reverse: true },
      color: {
        type: 'diverging',
        scheme: 'RdBu',
        domain: [-largest, largest],
        legend: true,
        label: 'change of the mean weight',
      },
      marks: [Plot.rect(cells, { x1: 'column', x2: 'right', y1: 'row', y2: 'bottom', fill: 'change', inset: -0.2 })],
    }),
  });
}

/** Means over the neurons of a first layer that is dense, `[pixels, neurons]` at the start of the parameters. */
function meanByPixel(model: AnyModel, params: Float32Array, pixels: number): Float64Array {
  const neurons = weightProfiles(model, params)[0]!.neurons;
  const mean = new Float64Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let neuron = 0; neuron < neurons; neuron++) mean[pixel]! += params[pixel * neurons + neuron]! / neurons;
  }
  return mean;
}
