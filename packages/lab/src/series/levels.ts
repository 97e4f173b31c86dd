import type { Points } from './curves.ts';
import { sample } from './sample.ts';

/** Each level has about so many times the points of the next coarser. */
const STEP = 4;
/** Points of the coarsest level, at most. */
const COARSEST = 128;

/** A curve as it is seen from ever farther away, the coarsest first; the last is the curve itself. */
export function levelsOf(curve: Points): Points[] {
  const levels = [curve];
  for (;;) {
    const [finer] = levels;
    if (finer!.x.length <= COARSEST) return levels;
    const coarser = sample(finer!, Math.ceil(finer!.x.length / STEP));
    // Where much of it stands out there is nothing to leave away.
    if (coarser.x.length > finer!.x.length / 2) return levels;
    levels.unshift(coarser);
  }
}
