import { decode, encode, fitVae, spriteImages } from '@unbraid/dynamic-vae';
import { expect, it } from 'vitest';
import { sharedRuntime } from '../shared-runtime.ts';
import { taskContext } from '../task-context.ts';
import { createStudio, shownSprites, type TrainView, vae } from './model.ts';
import { LATENT, PIXELS, SHOWN, SIZE, STEPS, training } from './objectives.ts';

const quiet = () => taskContext<TrainView>(new AbortController().signal);

it('trains a DynamicVAE whose KL divergence comes to its set point, with β below 1', async () => {
  const studio = createStudio();
  const seen: TrainView[] = [];
  const context = taskContext<TrainView>(new AbortController().signal, (view) => void seen.push(view));
  const whole = await studio.train({ target: 7, beside: 'beta', seed: 1 }, context);
  const [dynamic, beta] = whole.results;
  expect(Math.abs(dynamic!.kl - 7)).toBeLessThan(0.7);
  expect(dynamic!.beta).toBeLessThan(1);
  expect(beta!.beta).toBe(4);
  expect(dynamic!.reconstruction).toBeLessThan(0.7 * beta!.reconstruction);
  expect(seen[0]!.fits.map(({ step }) => step)).toEqual([0, 0]);
  expect(whole.fits.map(({ name, looked }) => [name, looked])).toEqual([
    ['dynamic', STEPS],
    ['beta', STEPS],
  ]);
  // Codes that are decoded by themselves are the reconstructions.
  const [fit] = whole.fits;
  const images = await studio.decode({ codes: [...fit!.codes] });
  expect(images.length).toBe(SHOWN * PIXELS);
  expect(images.every((value, i) => Math.abs(value - fit!.reconstructions[i]!) < 1e-5)).toBe(true);
  expect(fit!.klOfLatents.length).toBe(LATENT);
});

it('trains two in turns to the numbers that each has alone', async () => {
  const runtime = await sharedRuntime();
  const input = { target: 4, seed: 3 } as const;
  const both = await createStudio().train({ ...input, beside: 'vae' }, quiet());
  const alone = await createStudio().train({ ...input, beside: 'none' }, quiet());
  expect(both.results[0]).toEqual(alone.results[0]);
  const fitted = await fitVae({
    ...{ vae, images: spriteImages(SIZE), objective: { name: 'vae' } },
    ...{ ...training, seed: 3, runtime },
  });
  expect([...both.fits[1]!.kl]).toEqual([...fitted.trace.kl]);
  const codes = await encode(fitted, { data: shownSprites(), rows: SHOWN, cols: PIXELS }, { runtime });
  const { data } = await decode(fitted, codes.mean, { runtime });
  expect([...both.fits[1]!.reconstructions]).toEqual([...data]);
});

it('ends soon when it is cancelled, and goes on with other settings', async () => {
  const studio = createStudio();
  const controller = new AbortController();
  const context = taskContext<TrainView>(controller.signal, ({ fits }) => {
    if (fits[0]!.step > 5) controller.abort(new Error('other settings'));
  });
  await expect(studio.train({ target: 7, beside: 'beta', seed: 0 }, context)).rejects.toThrow('other settings');
  expect(await studio.decode({ codes: new Array(LATENT).fill(0) })).toHaveLength(PIXELS);
});
