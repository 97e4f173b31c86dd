import { imageSizes } from '@unbraid/dynamic-vae';
import { z } from 'zod';

/** How an image becomes a square, by the names that the command gives it. */
export const imageShapes = ['resize', 'pad', 'crop'] as const;

const level = (meaning: string) => z.number().min(0).max(1).describe(meaning);

/** What a fit of images is set to. The folder is told by path and a SHA-256 over its images' names and bytes, so that a resumed run takes no other. */
export const settings = z.object({
  folder: z.string().default('').describe('Path of the folder of images'),
  folderSha256: z.string().default('').describe('SHA-256 over the names and the bytes of its images'),
  size: z.literal(imageSizes).default(64).describe('Side that images are brought to, in pixels'),
  fit: z
    .enum(imageShapes)
    .default('resize')
    .describe(
      'What becomes of an image that is no square: resize squeezes it, pad keeps its shape between margins and enlarges nothing, crop takes its middle',
    ),
  channels: z
    .enum(['auto', 'grey', 'colour'])
    .default('auto')
    .describe('Whether colours count; auto takes grey levels where no image has a colour'),
  background: level('Grey level behind transparent images, from 0 (black) to 1').default(1),
  margin: level('Grey level of the margins of pad').default(0),
  limit: z.int().min(0).default(0).describe('At most so many images, the first by name; 0 for all'),
  skipUnreadable: z
    .boolean()
    .default(false)
    .describe('Whether files that are no readable images are left out, instead of refused'),
  validation: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe('Part of the images that is not learned from, but measured on'),
  latents: z.int().min(1).max(1000).default(10).describe('Latent variables'),
  architecture: z.enum(['conv', 'dense']).default('conv').describe("conv is the paper's network, dense a small one"),
  likelihood: z
    .enum(['auto', 'bernoulli', 'gaussian'])
    .default('auto')
    .describe(
      'Of pixels: bernoulli counts nats of black and white, gaussian squares of differences; auto takes gaussian for colours',
    ),
  steps: z.int().min(1).default(5000).describe('Training steps, a batch each'),
  epochs: z.int().min(0).default(0).describe('How often each image is learned from, instead of steps; 0 for steps'),
  batchSize: z.int().min(1).default(32).describe('Images in a batch'),
  learningRate: z.number().positive().default(1e-3).describe('Of Adam'),
  kl: z
    .number()
    .positive()
    .default(13)
    .describe('Last set point of the KL divergence, in nats: how much the latents are to tell of an image'),
  setPointStart: z.number().min(0).default(0.5).describe('First set point, in nats'),
  setPointStep: z.number().positive().default(0.15).describe('How much it rises at a time, in nats'),
  setPointWindow: z
    .int()
    .min(0)
    .default(0)
    .describe('Steps from one rise to the next; 0 for what brings the last set point at four fifths of the steps'),
  kp: z.number().min(0).default(0.01).describe("K_p of DynamicVAE's controller"),
  ki: z
    .number()
    .max(0)
    .default(0)
    .describe(
      'K_i of the controller, below 0; 0 for −32 / steps, between −0.02 and −0.002, by which β can fall from its start within the steps',
    ),
  initialBeta: z.number().positive().default(28).describe('β(0)'),
  minBeta: z.number().min(0).default(0.025).describe('Least β'),
  window: z
    .int()
    .min(1)
    .default(10)
    .describe('Steps of the moving average of the KL divergence that the controller sees'),
});

/** Settings as they were checked. */
export type ImageSettings = z.output<typeof settings>;

/** What `--preset` changes; `full` is the paper's setting. */
export const presets = {
  smoke: { steps: 200, batchSize: 16, size: 32, kl: 3 },
  short: {},
  full: {
    steps: 1_000_000,
    batchSize: 128,
    learningRate: 1e-4,
    kl: 20,
    setPointWindow: 6000,
    ki: -0.005,
    initialBeta: 50,
    minBeta: 0.1,
    window: 5,
  },
} as const;
