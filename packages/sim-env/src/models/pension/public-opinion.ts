import type { Insurer } from './insurer.ts';

/** What people think of insurers: 0 is the best reputation, and it sinks with every accusation. */
export class PublicOpinion {
  private readonly reputations = new Map<Insurer, number>();

  reputationOf(insurer: Insurer): number {
    return this.reputations.get(insurer) ?? 0;
  }

  accuse(insurer: Insurer, severity: number): void {
    this.reputations.set(insurer, this.reputationOf(insurer) - severity);
  }

  /** Memory fades by a twentieth each year. */
  performIncrement(years: number): void {
    for (const [insurer, reputation] of this.reputations) {
      const faded = Math.trunc(reputation * 0.95 ** years);
      this.reputations.set(insurer, faded > -5 * years ? 0 : faded);
    }
  }
}
