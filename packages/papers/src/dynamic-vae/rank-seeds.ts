import { createMatrix, type Matrix } from '@unbraid/data';
import { type Codes, encode, udr } from '@unbraid/dynamic-vae';
import type { DecoupleFacts, DecoupleFit } from './decouple-report.ts';
import type { ComparedName } from './objectives.ts';
import { spriteVae } from './sprite-fit.ts';

/** Images that models of an objective are compared by; Spearman's correlations of 2,000 are right to 0.02. */
const RANKED_IMAGES = 2000;

/** UDR of the seeds of each objective, in the order of its trials, by Spearman's correlation; none where there is one seed. */
export async function rankSeeds(
  fits: readonly DecoupleFit[],
  { settings, images, runtime }: DecoupleFacts,
): Promise<ReadonlyMap<ComparedName, readonly number[]>> {
  const vae = spriteVae(settings);
  const shown = firstRows(images, RANKED_IMAGES);
  const scores = new Map<ComparedName, readonly number[]>();
  for (const name of new Set(fits.map((fit) => fit.name))) {
    const models: Codes[] = [];
    for (const { params } of fits.filter((fit) => fit.name === name)) {
      models.push(await encode({ vae, params }, shown, { runtime }));
    }
    scores.set(name, models.length < 2 ? [] : Array.from(udr(models, { similarity: 'spearman' }).scores));
  }
  return scores;
}

function firstRows({ data, rows, cols }: Matrix, count: number): Matrix {
  const kept = Math.min(rows, count);
  return createMatrix(kept, cols, data.slice(0, kept * cols));
}
