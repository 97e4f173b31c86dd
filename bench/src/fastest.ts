import type { Candidates, Peer } from './contest.ts';
import { progress } from './progress.ts';
import { MissingError, startSide } from './side.ts';

/** The one of several forms of a peer that takes least; the first where none is installed. */
export async function fastest({ forms, triedSteps }: Pick<Candidates, 'forms' | 'triedSteps'>): Promise<Peer> {
  let [best] = forms;
  let least = Number.POSITIVE_INFINITY;
  if (forms.length === 1) return best;
  for (const form of forms) {
    const milliseconds = await tried(form, triedSteps);
    if (milliseconds < least) [best, least] = [form, milliseconds];
  }
  return best;
}

/** Milliseconds that it takes in a process of its own, so that the memory of a form that is not chosen counts for nobody. */
async function tried(form: Peer, steps: number): Promise<number> {
  try {
    const side = await startSide(form);
    try {
      await side.run({ steps });
      const { milliseconds } = await side.run({ steps });
      progress(`${form.name}: ${milliseconds.toPrecision(3)} ms when tried`);
      return milliseconds;
    } finally {
      await side.close();
    }
  } catch (error) {
    if (!(error instanceof MissingError)) throw error;
    progress(`${form.name} is missing: ${error.message}`);
    return Number.POSITIVE_INFINITY;
  }
}
