/** How far work has come. */
export interface Progress {
  /** Where units are at work: with the parts of them that are done. */
  readonly done: number;
  /** The same unit as `done`; at least `done`. */
  readonly total: number;
  /** What is counted: `fits`, `epochs`. */
  readonly label?: string;
  /** What is happening now: `m = 1000, c = 1.05`. */
  readonly detail?: string;
}
