import type { Random } from '@unbraid/kernels';
import {
  agnosticize,
  type Description,
  type EdgePopupSettings,
  edgePopup,
  iteRand,
  type LapermSettings,
  laperm,
  signedConstants,
  signedLaperm,
} from '@unbraid/laperm';
import { type AnyModel, adam, initialize, type Optimizer } from '@unbraid/nn';
import type { RivalNetwork } from './rival-networks.ts';

/** What validation chooses for a method. */
export interface RivalChoice {
  /** Of Adam, at first. */
  readonly learningRate: number;
  /** The method's own setting; NaN where it has none. */
  readonly own: number;
}

/** What is trained, and how. */
export interface RivalStart {
  readonly model: AnyModel;
  readonly initial: Float32Array;
  readonly optimizer: Optimizer;
}

/** A method of the comparison. */
export interface RivalMethod {
  readonly title: string;
  /** The name of its own setting. */
  readonly setting: string;
  /** What is tried, the same number for every method, the likeliest first. */
  readonly choices: readonly RivalChoice[];
  /** How its networks are told; undefined: as float32. */
  readonly as?: Description;
  readonly start: (network: RivalNetwork, own: number, random: Random) => RivalStart;
}

const gridOf = (owns: readonly number[], rates: readonly number[]): RivalChoice[] =>
  owns.flatMap((own) => rates.map((learningRate) => ({ learningRate, own })));

/** Weights of one size without biases, of which a share is chosen. */
function signedStart(model: AnyModel, keep: number, random: Random): Omit<RivalStart, 'optimizer'> {
  return { model, initial: signedConstants(model, initialize(model, random), { keep, seed: random.split('signs') }) };
}

const withBiases = ({ plain }: RivalNetwork, random: Random): Omit<RivalStart, 'optimizer'> => {
  const model = plain(true);
  return { model, initial: initialize(model, random) };
};

/** Chijiwa et al. draw anew every 300 of some 35,000 steps; here there are a few hundred. */
const REDRAWN_EVERY = 30;

/** Of methods that permute weights, by k, and of those that choose a share of them. */
const PERIODS = gridOf([20, 50, 100], [5e-3, 1.5e-2]);
const SHARES = gridOf([0.5, 0.3, 0.7], [5e-3, 2e-2]);

const permuting =
  (method: (settings: LapermSettings) => Optimizer): RivalMethod['start'] =>
  (network, period, random) => ({ ...withBiases(network, random), optimizer: method({ period }) });

const choosing =
  (
    method: (settings: EdgePopupSettings) => Optimizer,
    modelOf: (network: RivalNetwork) => AnyModel = ({ plain }) => plain(false),
  ): RivalMethod['start'] =>
  (network, keep, random) => ({
    ...signedStart(modelOf(network), keep, random),
    optimizer: method({ keep, seed: random.split('scores') }),
  });

/** The methods, in the order of tables. */
export const rivalMethods = {
  adam: {
    title: 'Adam, all values learnt',
    setting: '',
    choices: gridOf([Number.NaN], [4e-3, 8e-3, 2e-3, 1.6e-2, 1e-3, 3.2e-2]),
    start: (network, _, random) => ({ ...withBiases(network, random), optimizer: adam() }),
  },
  laperm: {
    title: 'LaPerm, different values',
    setting: 'k',
    choices: PERIODS,
    as: 'permutation',
    start: permuting(laperm),
  },
  signedLaperm: {
    title: 'signed permutations',
    setting: 'k',
    choices: PERIODS,
    as: 'signedPermutation',
    start: permuting(signedLaperm),
  },
  lapermShared: {
    title: 'LaPerm, one shared value',
    setting: 'share of weights',
    choices: gridOf([0.4, 0.25, 0.6], [0.02, 0.005]),
    as: 'permutation',
    start({ plain, sharedValue: value }, keep, random) {
      const model = plain(false);
      const options = { value, keep, balanced: true, seed: random.split('places') };
      return {
        model,
        initial: agnosticize(model, initialize(model, random), options),
        optimizer: laperm({ period: 50 }),
      };
    },
  },
  edgePopup: {
    title: 'edge-popup',
    setting: 'share kept',
    choices: SHARES,
    as: 'mask',
    start: choosing(edgePopup),
  },
  iteRand: {
    title: 'IteRand',
    setting: 'share kept',
    choices: SHARES,
    as: 'values',
    start: choosing((settings) => iteRand({ ...settings, period: REDRAWN_EVERY })),
  },
  hiddenFold: {
    title: 'hidden-fold network',
    setting: 'share kept',
    choices: SHARES,
    as: 'mask',
    start: choosing(edgePopup, ({ folded }) => folded()),
  },
} satisfies Readonly<Record<string, RivalMethod>>;

export type RivalName = keyof typeof rivalMethods;

/** Names of the methods, in the order of tables. */
export const rivalNames = Object.keys(rivalMethods) as [RivalName, ...RivalName[]];

/** A method by its name. */
export const rivalMethod = (name: RivalName): RivalMethod => rivalMethods[name];

/** How many settings are tried for each method. */
export const CHOICES = 6;
