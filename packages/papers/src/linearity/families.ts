import type { RunContext, Storable } from '@unbraid/experiment';
import { createRandom } from '@unbraid/kernels';
import { activationNames, availableMemory, checkMemory, ntkNetwork, parameterCount } from '@unbraid/linearity';
import { type AnyModel, initialize } from '@unbraid/nn';
import { z } from 'zod';

/** The three kinds of networks that the paper tells apart. */
export const families = ['linear', 'nonlinear', 'bottleneck'] as const;
export type Family = (typeof families)[number];

export const familyTitles: Readonly<Record<Family, string>> = {
  linear: 'linear output',
  nonlinear: 'non-linear output',
  bottleneck: 'bottleneck',
};

/** Settings that say which networks are drawn. */
export const networkSettings = {
  dimension: z.int().min(1).default(10).describe('d, numbers in an input; inputs have norm √d'),
  depth: z
    .int()
    .min(1)
    .default(2)
    .describe('Hidden layers of width m; networks with a bottleneck have a narrow one more, in the middle'),
  activation: z
    .enum(activationNames)
    .default('tanh')
    .describe('φ of the hidden layers, and of the output where that is not linear'),
  bottleneckWidth: z.int().min(1).default(1).describe('Neurons of the narrow layer'),
};

export interface NetworkSettings {
  readonly dimension: number;
  readonly depth: number;
  readonly activation: (typeof activationNames)[number];
  readonly bottleneckWidth: number;
}

export function networkOf(
  family: Family,
  width: number,
  { dimension, depth, activation, bottleneckWidth }: NetworkSettings,
): AnyModel {
  const shared = { inputs: dimension, width, activation };
  if (family !== 'bottleneck') return ntkNetwork({ ...shared, depth, output: family });
  const layer = Math.floor(depth / 2) + 1;
  return ntkNetwork({ ...shared, depth: depth + 1, bottleneck: { layer, width: bottleneckWidth } });
}

/** A network that is drawn. */
export interface Case {
  readonly family: Family;
  /** m */
  readonly width: number;
  /** Counted from 0 within its family and width. */
  readonly network: number;
}

/** Every network, narrow ones first. */
export function casesOf(widths: readonly number[], count: (family: Family, index: number) => number): Case[] {
  return widths.flatMap((width, index) =>
    families.flatMap((family) =>
      Array.from({ length: count(family, index) }, (_, network) => ({ family, width, network })),
    ),
  );
}

/** @throws {RangeError} as `checkWidth`, for the first case that doesn't fit */
export function checkCases(cases: readonly Case[], settings: NetworkSettings, vectors: number): void {
  for (const { family, width } of cases) checkWidth(networkOf(family, width, settings), width, vectors);
}

/**
 * First parameters of a case's network. They don't depend on the family: output and hidden layers of two families at one width may well be
 * the same.
 */
export const drawnParams = (model: AnyModel, seed: number, { width, network }: Case): Float32Array =>
  initialize(model, createRandom(seed).split(`m = ${width}`).split(network));

/** What `measure` tells of each case, each a unit. */
export const measureCases = <T>(
  { units }: Pick<RunContext<unknown>, 'units'>,
  cases: readonly Case[],
  measure: (at: Case) => Promise<T & Storable<T>>,
): Promise<T[]> =>
  units<Case, T>(cases, (at) => `${at.family}, m = ${at.width}, network ${at.network}`, measure, { label: 'networks' });

/** Widths as a setting. */
export const widthsSetting = (widths: number[]) =>
  z.array(z.int().min(2)).min(2).default(widths).describe('Widths m, in ascending order');

/** How many networks are drawn at each width. */
export const networksSetting = (networks: number[]) =>
  z
    .array(z.int().min(1))
    .min(1)
    .default(networks)
    .describe('Networks drawn at each width, in the order of widths; the last number holds for the widths behind');

export const networksAt = (networks: readonly number[], index: number): number => networks[index] ?? networks.at(-1)!;

/**
 * @param vectors how many vectors of the size of the parameters the work takes
 * @throws {RangeError} before anything is measured, for a width whose parameters don't fit
 */
export function checkWidth(model: AnyModel, width: number, vectors: number): void {
  const size = parameterCount(model);
  checkMemory(`a network of width ${width}`, size, 4 * size * vectors, availableMemory());
}

/** Vectors that training takes: first weights, weights, gradient, and as much again inside the runtime. */
export const TRAINING_VECTORS = 6;
