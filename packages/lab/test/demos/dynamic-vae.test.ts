import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../../bundles/src/chromium.ts';
import { dynamicVaeCode } from '../../src/demos/dynamic-vae/code.ts';
import { createStudio, type TrainInput, type TrainView } from '../../src/demos/dynamic-vae/model.ts';
import { taskContext } from '../../src/demos/task-context.ts';
import { type DemoPage, type Demos, openDemos } from './demo-page.ts';
import { numbersOf } from './run-code.ts';

const inNode = async (input: TrainInput) =>
  (await createStudio().train(input, taskContext<TrainView>(new AbortController().signal))).results;

it('is what its code computes', async () => {
  const input = { target: 5, beside: 'none', seed: 2 } as const;
  const [result] = await inNode(input);
  expect(await numbersOf(dynamicVaeCode(input))).toEqual([result!.beta, result!.kl, result!.reconstruction]);
});

/** For a hang, in milliseconds, on a machine that has other work. */
const LIMIT = 240_000;

describe.skipIf(!findChromium())('in Chromium (skipped where there is none)', { timeout: LIMIT }, () => {
  let demos: Demos | undefined;
  let demo: DemoPage | undefined;
  beforeAll(async () => {
    demos = await openDemos();
    demo = await demos?.open('dynamic-vae', { attributes: { address: 'vae' }, hash: '#vae?beside=none' });
  });
  afterAll(() => demos?.close());

  it('computes Node’s numbers, of its address and of what it is set to', async () => {
    const first = await demo!.settled('beside=none');
    const [inFirst] = await inNode({ target: 7, beside: 'none', seed: 0 });
    for (const key of ['beta', 'kl', 'reconstruction'] as const) expect(near(first[key]!, inFirst![key])).toBe(true);
    await demo!.set('target', '4');
    const second = await demo!.settled('target=4&beside=none');
    const [inSecond] = await inNode({ target: 4, beside: 'none', seed: 0 });
    for (const key of ['beta', 'kl', 'reconstruction'] as const) expect(near(second[key]!, inSecond![key])).toBe(true);
    expect(demo!.page.url()).toContain('#vae?target=4&beside=none');
  });

  it('draws another image where a latent is moved', async () => {
    const canvas = demo!.page.getByRole('img', { name: 'The image that the latents make' });
    const image = () => canvas.evaluate((each) => (each as unknown as { toDataURL(): string }).toDataURL());
    const before = await image();
    const slider = demo!.page.locator('unbraid-demo-dynamic-vae input[id^="z"]').first();
    await slider.fill('2.5');
    await expect.poll(image).not.toBe(before);
  });

  it('has no violations of accessibility and no errors', async () => {
    expect(await demo!.violations()).toEqual([]);
    expect(demo!.errors).toEqual([]);
  });
});

/** WebAssembly and native products sum in other orders, and 900 steps enlarge that: 0.1% were seen. */
const near = (a: number, b: number): boolean => Math.abs(a - b) < 0.03 * Math.abs(b);
