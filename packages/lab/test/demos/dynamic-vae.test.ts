import type { Runtime } from '@unbraid/graph';
import { webRuntime } from '@unbraid/graph/web';
import { beforeAll, expect, it } from 'vitest';
import { dynamicVaeCode } from '../../src/demos/dynamic-vae/code.ts';
import { createStudio, type TrainInput, type TrainView } from '../../src/demos/dynamic-vae/model.ts';
import { taskContext } from '../../src/demos/task-context.ts';
import { type DemoPage, inChromium } from './demo-page.ts';
import { runCode } from './run-code.ts';

const trained = async (input: TrainInput, runtime?: Promise<Runtime>) =>
  (await createStudio(runtime).train(input, taskContext<TrainView>(new AbortController().signal))).results;

it('is what its code computes', async () => {
  const input = { target: 5, beside: 'none', seed: 2 } as const;
  const [result] = await trained(input);
  expect(runCode('dynamic-vae', [dynamicVaeCode(input)])).toEqual([[result!.beta, result!.kl, result!.reconstruction]]);
});

inChromium(
  'DynamicVAE',
  (demos) => {
    let demo: DemoPage | undefined;
    beforeAll(async () => {
      demo = await demos().open('dynamic-vae', { attributes: { address: 'vae' }, hash: '#vae?beside=none' });
    });

    it('computes Node’s numbers of what it is set to, while it computes something else', async () => {
      await demo!.page.getByText(/^Training, step \d\d/).waitFor();
      await demo!.set('target', '4');
      const { beta, kl, reconstruction } = await demo!.settled('target=4&beside=none');
      // By the same WebAssembly.
      const inNode = trained({ target: 4, beside: 'none', seed: 0 }, Promise.resolve(webRuntime()));
      expect([{ beta, kl, reconstruction }]).toEqual(await inNode);
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
  },
  { ifAll: true },
);
