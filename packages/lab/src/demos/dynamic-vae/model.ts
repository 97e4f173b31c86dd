import {
  createVae,
  decode,
  encode,
  fitVae,
  type ObjectiveName,
  spriteImages,
  type TrainedVae,
  type VaeStep,
} from '@unbraid/dynamic-vae';
import { mean } from '@unbraid/experiment/statistics';
import { layoutOf, type Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { sharedRuntime } from '../shared-runtime.ts';
import type { TaskContext } from '../task-context.ts';
import { LATENT, objectiveOf, PIXELS, type Rival, SHOWN, SIZE, STEPS, training } from './objectives.ts';
import { createTurns } from './turns.ts';

/** Steps from one look at the reconstructions to the next. */
const LOOK = 20;
/** The last steps, whose means are the results. */
const LAST = 50;

/** One VAE as far as it is trained. */
export interface FitView {
  readonly name: ObjectiveName;
  readonly step: number;
  /** Of each step. */
  readonly beta: Float32Array;
  readonly kl: Float32Array;
  /** NaN without one. */
  readonly setPoint: Float32Array;
  readonly reconstruction: Float32Array;
  /** Of each latent in nats, in the last step. */
  readonly klOfLatents: Float32Array;
  /** Mean codes of the sprites that are shown, [SHOWN, LATENT], and their reconstructions, [SHOWN, PIXELS]; empty before the first look. */
  readonly codes: Float32Array;
  readonly reconstructions: Float32Array;
  /** The step of that look. */
  readonly looked: number;
}

export interface TrainView {
  /** [SHOWN, PIXELS] */
  readonly originals: Float32Array;
  /** DynamicVAE, and what it is seen beside. */
  readonly fits: readonly FitView[];
}

/** Means over the last steps of a fit. */
export interface FitResult {
  readonly beta: number;
  /** In nats. */
  readonly kl: number;
  readonly reconstruction: number;
}

export interface TrainInput {
  /** C_max in nats. */
  readonly target: number;
  readonly beside: Rival;
  readonly seed: number;
}

export type DynamicVaeTasks = {
  readonly train: {
    readonly input: TrainInput;
    readonly progress: TrainView;
    readonly result: TrainView & { readonly results: readonly FitResult[]; readonly seconds: number };
  };
  /** Images of codes, [rows, LATENT], by DynamicVAE as it stands. */
  readonly decode: {
    /** `looked` tells states of the model apart. */
    readonly input: { readonly codes: readonly number[]; readonly looked: number };
    readonly progress: never;
    readonly result: Float32Array;
  };
};

/** A small one, which a page trains in seconds. */
export const vae = createVae({ image: { channels: 1, size: SIZE }, latent: LATENT, architecture: 'dense' });

/** The sprites that are shown, the same for all seeds: they are no part of the training. */
export function shownSprites(): Float32Array {
  const images = new Float32Array(SHOWN * PIXELS);
  spriteImages(SIZE)(images, createRandom(2009));
  return images;
}

/** A VAE of which the parameters are overwritten as it learns, so that its sessions stay. */
const blank = (): TrainedVae => ({ vae, params: new Float32Array(layoutOf(vae.params).size) });

/** What the demo computes, with the models that are kept between its tasks. */
export function createStudio(runtime: Promise<Runtime> = sharedRuntime()) {
  const turns = createTurns();
  const kept = { dynamic: blank(), other: blank() };
  const originals = shownSprites();
  const shown = { data: originals, rows: SHOWN, cols: PIXELS };

  async function train(input: TrainInput, context: TaskContext<TrainView>) {
    const names = input.beside === 'none' ? (['dynamic'] as const) : (['dynamic', input.beside] as const);
    const views: FitView[] = names.map(emptyView);
    const show = (): TrainView => ({ originals, fits: [...views] });
    await context.progress(show);
    const use = { runtime: await runtime };
    const began = performance.now();
    const fitOne = async (name: (typeof names)[number], at: number) => {
      const model = name === 'dynamic' ? kept.dynamic : kept.other;
      const curves = emptyCurves();
      let end = await turns.take();
      try {
        await fitVae({
          ...training,
          ...use,
          vae,
          images: spriteImages(SIZE),
          objective: objectiveOf(name, input.target),
          seed: input.seed,
          signal: context.signal,
          onWarning: () => {},
          checkpoint: {
            load: async () => undefined,
            everySteps: LOOK,
            async save({ arrays }) {
              model.params.set(arrays.vae as Float32Array);
              const codes = await encode(model, shown, use);
              const { data } = await decode(model, codes.mean, use);
              views[at] = { ...views[at]!, codes: codes.mean.data, reconstructions: data, looked: views[at]!.step };
            },
          },
          async onStep(step) {
            views[at] = { ...views[at]!, ...record(curves, step) };
            end();
            end = await turns.take();
            await context.progress(show);
          },
        });
      } finally {
        end();
      }
    };
    await Promise.all(names.map(fitOne));
    return { ...show(), results: views.map(resultOf), seconds: (performance.now() - began) / 1000 };
  }

  /** Between two steps, where something is trained. */
  async function decodeCodes({ codes }: { readonly codes: readonly number[] }): Promise<Float32Array> {
    const use = { runtime: await runtime };
    const end = await turns.take();
    try {
      const rows = { data: Float32Array.from(codes), rows: codes.length / LATENT, cols: LATENT };
      return (await decode(kept.dynamic, rows, use)).data;
    } finally {
      end();
    }
  }

  return { train, decode: decodeCodes };
}

const emptyCurves = () => ({
  beta: new Float32Array(STEPS),
  kl: new Float32Array(STEPS),
  setPoint: new Float32Array(STEPS),
  reconstruction: new Float32Array(STEPS),
});

const none = new Float32Array(0);
const emptyView = (name: ObjectiveName): FitView => ({
  ...{ name, step: 0, beta: none, kl: none, setPoint: none, reconstruction: none, looked: 0 },
  klOfLatents: new Float32Array(LATENT),
  codes: none,
  reconstructions: none,
});

function record(curves: ReturnType<typeof emptyCurves>, told: VaeStep) {
  const { step, beta, kl, setPoint = Number.NaN, reconstruction, klOfLatents } = told;
  const now = { beta, kl, setPoint, reconstruction };
  for (const key of Object.keys(now) as (keyof typeof now)[]) curves[key][step - 1] = now[key];
  return {
    step,
    beta: curves.beta.subarray(0, step),
    kl: curves.kl.subarray(0, step),
    setPoint: curves.setPoint.subarray(0, step),
    reconstruction: curves.reconstruction.subarray(0, step),
    klOfLatents: klOfLatents.slice(),
  };
}

const meanOfLast = (values: Float32Array): number => mean(values.subarray(-LAST));

const resultOf = ({ beta, kl, reconstruction }: FitView): FitResult => ({
  beta: meanOfLast(beta),
  kl: meanOfLast(kl),
  reconstruction: meanOfLast(reconstruction),
});
