import type { Objective, SetPointSettings } from '@unbraid/dynamic-vae';
import { z } from 'zod';

const positive = z.number().positive();
const atLeastZero = z.number().min(0);
const count = z.int().min(1);

/** How a VAE learns drawn sprites: the paper's settings unless said otherwise. */
export const trainingSettings = {
  size: z.literal([32, 64]).default(64).describe('Side of the drawn sprites in pixels'),
  latent: count.default(10).describe('Latent variables'),
  batchSize: count.default(128).describe('Images in a batch'),
  learningRate: positive.default(1e-4).describe('Of Adam'),
  smoothing: count
    .default(5)
    .describe('Steps of the moving average of the KL divergence by which tracking and overshoot are judged and drawn'),
  // With 50 a factor varies among the third that tests DCI, but for one draw in millions.
  evaluationImages: z.int().min(50).default(10_000).describe('Random sprites on which every model is measured'),
};

/** DynamicVAE's and ControlVAE's controllers. */
export const controllerSettings = {
  kp: atLeastZero.default(0.01).describe('K_p of both controllers'),
  dynamicKi: z.number().negative().default(-0.005).describe('K_i of DynamicVAE, below 0'),
  initialBeta: positive.default(50).describe('β(0) of DynamicVAE'),
  minBeta: atLeastZero.default(0.1).describe('Least β of DynamicVAE'),
  window: count.default(5).describe('Steps of the moving average of the KL divergence, that DynamicVAE sees'),
  controlKi: positive.default(0.001).describe('K_i of ControlVAE, above 0'),
  controlMinBeta: atLeastZero.default(1).describe('Least β of ControlVAE; its authors take 1 for dSprites'),
};

/** ControlVAE as it could be: free to go as low as DynamicVAE. */
export const freeControlSettings = {
  freeKi: positive.default(0.001).describe('K_i of ControlVAE with DynamicVAE’s least β, above 0'),
};

/** The set point of both: steps joined by ramps. */
export const setPointSettings = {
  setPointStart: atLeastZero.default(0.5).describe('First set point of the KL divergence in nats'),
  setPointStep: atLeastZero.default(0.15).describe('How much it rises in every window, in nats'),
  setPointWindow: count.default(6000).describe('Steps from one rise to the next'),
  setPointRamp: count.default(1000).describe('Steps that a rise takes'),
  setPointMax: positive.default(20).describe('Largest set point in nats'),
};

const shape = z.object({ ...trainingSettings, ...controllerSettings, ...setPointSettings });
export type TrainingSettings = z.output<z.ZodObject<typeof trainingSettings>>;
export type ControllerSettings = z.output<z.ZodObject<typeof controllerSettings>>;
type ScheduleSettings = Pick<z.output<typeof shape>, keyof typeof setPointSettings>;

/** C(t) of the settings. */
export const scheduleOf = (settings: ScheduleSettings): SetPointSettings => ({
  start: settings.setPointStart,
  step: settings.setPointStep,
  window: settings.setPointWindow,
  ramp: settings.setPointRamp,
  max: settings.setPointMax,
});

/** DynamicVAE with a set point. */
export const dynamicObjective = (s: ControllerSettings, setPoint: SetPointSettings): Objective => ({
  name: 'dynamic',
  controller: { kp: s.kp, ki: s.dynamicKi, initialBeta: s.initialBeta, minBeta: s.minBeta },
  setPoint,
  window: s.window,
});

/** ControlVAE with a set point. */
export const controlObjective = (s: ControllerSettings, setPoint: SetPointSettings): Objective => ({
  name: 'control',
  controller: { kp: s.kp, ki: s.controlKi, minBeta: s.controlMinBeta },
  setPoint,
});
