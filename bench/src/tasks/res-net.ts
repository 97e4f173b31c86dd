import * as g from '@unbraid/graph';
import { batchNorm, type Mode } from '@unbraid/nn';

/*
 * resnet18 (He et al. 2016, the shapes of torchvision's) with ten classes, operator by operator as a file exported from PyTorch has it:
 * convolutions without biases, batch normalization that trains.
 */

export const RES_NET_CLASSES = 10;
const STEM = 64;
const STAGES = [64, 128, 256, 512] as const;
const BLOCKS = 2;

const convolution = (channels: number, filters: number, size: number) => g.f32(filters, channels, size, size);
const norm = (features: number) => ({
  gamma: g.f32(features),
  beta: g.f32(features),
});
const statistics = (features: number) => ({ mean: g.f32(features), variance: g.f32(features) });

interface Unit {
  readonly channels: number;
  readonly filters: number;
  readonly size: number;
  readonly stride: number;
}

/** Every convolution with its normalization, in the order of the file. */
const units: readonly Unit[] = [
  { channels: 3, filters: STEM, size: 7, stride: 2 },
  ...STAGES.flatMap((filters, stage) =>
    Array.from({ length: BLOCKS }, (_, block): Unit[] => {
      const channels = block === 0 ? (STAGES[stage - 1] ?? STEM) : filters;
      const stride = block === 0 && stage > 0 ? 2 : 1;
      const shortcut = { channels, filters, size: 1, stride };
      return [
        { channels, filters, size: 3, stride },
        { channels: filters, filters, size: 3, stride: 1 },
        ...(stride > 1 ? [shortcut] : []),
      ];
    }).flat(),
  ),
];

/** Shapes of the parameters. */
export const resNetParams = {
  units: units.map(({ channels, filters, size }) => ({
    weight: convolution(channels, filters, size),
    ...norm(filters),
  })),
  head: { weight: g.f32(STAGES.at(-1)!, RES_NET_CLASSES), bias: g.f32(RES_NET_CLASSES) },
};

/** Shapes of the running means and variances. */
export const resNetStatistics = units.map(({ filters }) => statistics(filters));

type Params = g.TensorsOf<typeof resNetParams>;
type Statistics = g.TensorsOf<typeof resNetStatistics>;

/** Shapes of a batch. */
export const resNetBatch = (rows: number, pixels: number) => ({ x: g.f32(rows, 3, pixels, pixels), y: g.i32(rows) });

/** The mean cross-entropy of a batch, and what the running means and variances become. */
export function resNetLoss(
  { units: weights, head }: Params,
  running: Statistics,
  { x, y }: g.TensorsOf<ReturnType<typeof resNetBatch>>,
): { readonly loss: g.Tensor; readonly statistics: Statistics } {
  const next = new Map<g.Tensor, g.Tensor>();
  const mode: Mode = {
    training: true,
    update: (current, to) => void next.set(current, to),
    mask: () => {
      throw new Error('bench: resnet18 draws no mask');
    },
  };
  let at = 0;
  const unit = (image: g.Tensor): g.Tensor => {
    const { filters, size, stride } = units[at]!;
    const { weight, ...affine } = weights[at]!;
    const given = { ...affine, ...running[at]! };
    at++;
    const pad = (size - 1) / 2;
    return batchNorm({ features: filters }).apply(given, g.conv2d(image, weight, { strides: stride, pads: pad }), mode);
  };
  let image = g.maxPool2d(g.relu(unit(x)), { kernel: 3, strides: 2, pads: 1 });
  while (at < units.length) {
    const { stride } = units[at]!;
    const inner = unit(g.relu(unit(image)));
    image = g.relu(g.add(inner, stride > 1 ? unit(image) : image));
  }
  const mean = g.reduceMean(image, { axes: [2, 3] });
  const loss = g.neg(g.reduceMean(g.pick(g.logSoftmax(g.gemm(mean, head.weight, head.bias)), y)));
  const statistics = running.map(({ mean: m, variance }) => ({ mean: next.get(m)!, variance: next.get(variance)! }));
  return { loss, statistics };
}
