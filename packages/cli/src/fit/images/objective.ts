import { createVae, type ImageVae, type Objective } from '@unbraid/dynamic-vae';
import type { ImageSettings } from './settings.ts';

/** Steps of a run: those asked for, or those of so many epochs. */
export const stepsOf = ({ steps, epochs, batchSize }: ImageSettings, images: number): number =>
  epochs > 0 ? Math.max(1, Math.ceil((epochs * images) / batchSize)) : steps;

/** What part of a rise of the set point is a ramp, as in the paper: 1000 of 6000 steps. */
const RAMP = 1 / 6;
/** The last set point is reached at this part of the steps, so that the rest of them refine. */
const RISING = 0.8;

/** DynamicVAE's objective: its controller on a set point that rises within the steps. */
export function objectiveOf(s: ImageSettings, steps: number): Objective {
  const { setPointStart: start, setPointStep: step, kl: max } = s;
  const rises = Math.max(1, (max - start) / step);
  const window = s.setPointWindow > 0 ? s.setPointWindow : Math.max(1, Math.floor((RISING * steps) / rises));
  const ki = s.ki < 0 ? s.ki : -Math.min(0.02, Math.max(0.002, 32 / steps));
  return {
    name: 'dynamic',
    controller: { kp: s.kp, ki, initialBeta: s.initialBeta, minBeta: s.minBeta },
    setPoint: { start: Math.min(start, max), step, window, ramp: Math.max(1, Math.floor(RAMP * window)), max },
    window: s.window,
  };
}

/** σ² that makes the loss of colours the authors' Σ (x − x̂)². */
const VARIANCE = 0.5;

/** The network of the settings. */
export function vaeOf({ size, latents, architecture, likelihood }: ImageSettings, channels: 1 | 3): ImageVae {
  const kind = likelihood === 'auto' ? (channels === 3 ? 'gaussian' : 'bernoulli') : likelihood;
  const image = { channels, size };
  return createVae({
    image,
    latent: latents,
    architecture,
    likelihood: kind,
    ...(kind === 'gaussian' && { variance: VARIANCE }),
  });
}
