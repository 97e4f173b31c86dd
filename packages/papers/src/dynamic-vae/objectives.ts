import type { MetricName, Objective } from '@unbraid/dynamic-vae';
import type { z } from 'zod';
import {
  type controllerSettings,
  controlObjective,
  dynamicObjective,
  type freeControlSettings,
  scheduleOf,
  type setPointSettings,
} from './settings.ts';

/** What `decouple` compares, in the order of its tables. */
export const comparedNames = ['vae', 'beta', 'factor', 'control', 'free', 'dynamic'] as const;

/** One of them. */
export type ComparedName = (typeof comparedNames)[number];

/** What may be measured beside MIG. */
export const measuredMetrics = [
  'modularity',
  'dci',
  'sap',
  'factorVae',
  'betaVae',
  'infoMec',
] as const satisfies readonly MetricName[];

/** What tables and figures call them. */
export const titles: Readonly<Record<ComparedName, string>> = {
  vae: 'VAE',
  beta: 'β-VAE',
  factor: 'FactorVAE',
  control: 'ControlVAE',
  free: 'ControlVAE, free',
  dynamic: 'DynamicVAE',
};

type Shape = typeof controllerSettings & typeof freeControlSettings & typeof setPointSettings;

/** What the objectives of `decouple` are made from. */
export type ObjectiveSettings = z.output<z.ZodObject<Shape>> & {
  readonly beta: number;
  readonly gamma: number;
  readonly discriminatorWidth: number;
  readonly discriminatorLayers: number;
  readonly learningRate: number;
};

/** ControlVAE has its authors' least β; `free` is the same controller with DynamicVAE's. */
export function objectiveOf(name: ComparedName, s: ObjectiveSettings): Objective {
  switch (name) {
    case 'vae':
      return { name };
    case 'beta':
      return { name, beta: s.beta };
    case 'factor':
      return { name, gamma: s.gamma, discriminator: discriminatorOf(s) };
    case 'control':
      return controlObjective(s, scheduleOf(s));
    case 'free':
      return controlObjective({ ...s, controlKi: s.freeKi, controlMinBeta: s.minBeta }, scheduleOf(s));
    case 'dynamic':
      return dynamicObjective(s, scheduleOf(s));
  }
}

const discriminatorOf = ({ discriminatorWidth, discriminatorLayers, learningRate }: ObjectiveSettings) => ({
  width: discriminatorWidth,
  layers: discriminatorLayers,
  learningRate,
});
