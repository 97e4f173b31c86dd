import { palette } from '../figures/palette.ts';
import { type ConfigurationResult, isBetter } from './results.ts';
import type { SweepReport } from './swept.ts';

const [BLUE, ORANGE, TEAL] = palette;

/** Every figure tells in them which the best is. */
const COLOURS = { best: ORANGE, 'better half': BLUE, 'other half': TEAL } as const;
/** How good a configuration is. */
export type Rank = keyof typeof COLOURS;

/** The scale of ranks. */
export const color = { domain: Object.keys(COLOURS), range: Object.values(COLOURS) };

/** A configuration that can be compared. */
export interface Ranked {
  readonly number: number;
  readonly settings: ConfigurationResult['settings'];
  readonly score: number;
  readonly rank: Rank;
}

/** Colour of the best. */
export const bestColour = COLOURS.best;

/** Configurations with a score, the best last: it is drawn over the others. */
export function rankedOf(
  { settings: { goal }, configurations }: Pick<SweepReport, 'settings' | 'configurations'>,
  best: ConfigurationResult,
): Ranked[] {
  const scored = configurations.flatMap(({ score, ...rest }) => (score === undefined ? [] : [{ ...rest, score }]));
  const sorted = scored.map(({ score }) => score).sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]!;
  const rankOf = (score: number): Rank =>
    score === middle || isBetter(score, middle, goal) ? 'better half' : 'other half';
  const ranked = scored.map(({ number, settings, score }) => ({
    number,
    settings,
    score,
    rank: number === best.number ? ('best' as const) : rankOf(score),
  }));
  return ranked.sort((a, b) => Number(a.rank === 'best') - Number(b.rank === 'best') || a.number - b.number);
}
