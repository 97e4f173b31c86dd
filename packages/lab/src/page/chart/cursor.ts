/** Where the reader is in a chart. */
export interface Cursor {
  readonly x: number;
  /** The line that is meant. */
  readonly line: string | undefined;
  /** Set by keys, and so read aloud. */
  readonly byKey: boolean;
}
