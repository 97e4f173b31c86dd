import { InternalError } from '@unbraid/checks';
import { convStages, type DeepGaluSettings, type DeepLayers, deepGalu, deepRelu, denseStages } from '@unbraid/galu';
import { type AnyModel, dense } from '@unbraid/nn';
import { PIXELS } from './digits.ts';

/** What a network's gates are, of fully connected layers and of convolutional ones. */
export const gateNames = ['Relu', 'Random', 'Input', 'Learnt', 'Decoupled'] as const;
export type GateName = (typeof gateNames)[number];

export const deepMethods = [
  ...(['denseRelu', 'denseRandom', 'denseInput', 'denseLearnt', 'denseDecoupled', 'gln'] as const),
  ...(['convRelu', 'convRandom', 'convInput', 'convLearnt', 'convDecoupled'] as const),
] as const;
export type DeepMethod = (typeof deepMethods)[number];

const gateTitles: Readonly<Record<GateName, string>> = {
  Relu: 'ReLU',
  Random: 'GaLU, gates of a random network',
  Input: 'GaLU, random half-spaces of the input',
  Learnt: 'GaLU, gates of a trained ReLU network',
  Decoupled: 'GaLU, gates trained along',
};

/** The network of a method, and its gates; the gated linear network is neither. */
export const partsOf = (method: Exclude<DeepMethod, 'gln'>) => {
  const layers = method.startsWith('dense') ? 'dense' : 'conv';
  return { layers, gates: method.slice(layers.length) as GateName } as const;
};

/** The ReLU network whose gates a method takes, or nothing. */
export function baseOf(method: DeepMethod): DeepMethod | undefined {
  return method === 'denseLearnt' ? 'denseRelu' : method === 'convLearnt' ? 'convRelu' : undefined;
}

export const titleOf = (method: DeepMethod): string => {
  if (method === 'gln') return 'gated linear network';
  const { layers, gates } = partsOf(method);
  return `${gateTitles[gates]}${layers === 'conv' ? ', convolutional' : ''}`;
};

export interface DeepSizes {
  /** Neurons of each gated layer. */
  readonly widths: readonly number[];
  /** Filters of each gated layer, 3 × 3 at a stride of 2. */
  readonly filters: readonly number[];
}

const CLASSES = 10;

function layersOf(kind: 'dense' | 'conv', { widths, filters }: DeepSizes): DeepLayers {
  if (kind === 'dense')
    return { stages: denseStages({ inputs: PIXELS, widths }), output: dense(widths.at(-1)!, CLASSES) };
  const { stages, outputs } = convStages({ shape: [1, 28, 28], filters });
  return { stages, output: dense(outputs, CLASSES) };
}

const gateSettings: Readonly<Record<Exclude<GateName, 'Relu'>, Pick<DeepGaluSettings, 'gates' | 'learning'>>> = {
  Random: { gates: 'relu' },
  Input: { gates: 'input' },
  Learnt: { gates: 'relu' },
  Decoupled: { gates: 'relu', learning: 'decoupled' },
};

/** @param learnt parameters of the trained ReLU network, of the method that needs them */
export function modelOf(method: Exclude<DeepMethod, 'gln'>, sizes: DeepSizes, learnt?: Float32Array): AnyModel {
  const { layers: kind, gates } = partsOf(method);
  const layers = layersOf(kind, sizes);
  if (gates === 'Relu') return deepRelu(layers);
  if (gates === 'Learnt' && !learnt) throw new InternalError(`galu/deep: ${method} has no trained network`);
  return deepGalu({ ...layers, ...gateSettings[gates], ...(gates === 'Learnt' && learnt && { learnt }) });
}
