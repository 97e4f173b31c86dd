import { join } from 'node:path';
import { createRun, type Run } from '@unbraid/experiment';

/** What a run that is made for a test is like. */
export interface MadeRun {
  readonly name?: string;
  readonly width: number;
  readonly seed: number;
  readonly steps?: number;
  /** By default one in the folder, named by all of these. */
  readonly directory?: string;
  /** Its summary's error. */
  readonly error?: number;
}

/** Begins a run of a training loop that isn't one: its loss falls as 1/step, with waves. */
export async function beginRun(runs: string, made: MadeRun): Promise<Run> {
  const { name = 'test/loop', width, seed, steps = 50 } = made;
  const usual = join(runs, `${name.replace('/', '-')}-w${width}-s${seed}`);
  const run = await createRun({
    name,
    seed,
    config: { width, optimizer: 'adam' },
    directory: made.directory ?? usual,
    title: 'A loop for tests',
    metrics: {
      loss: { description: 'Mean squared error of the batch', unit: 'nats', x: 'step' },
      gain: { description: 'Rises while the loss falls', x: 'step' },
    },
    command: `node loop.js --width ${width} --seed ${seed}`,
  });
  for (let step = 1; step <= steps; step++) run.log(lineOf(step, width, seed));
  return run;
}

export const lineOf = (step: number, width: number, seed: number) => ({
  step,
  loss: (1 + 0.1 * Math.sin(step + seed)) * (100 / (width * step)),
  gain: Math.log(step) + seed / 10,
});

/** A run that is done. */
export async function makeRun(runs: string, made: MadeRun): Promise<void> {
  const run = await beginRun(runs, made);
  await run.finish({ error: made.error ?? 1 / made.width, best: made.width });
}
