/** What the page asks for: a table in CSV, with a column `kind`. */
export interface Task {
  readonly table: string;
}

/** What the Worker answers. */
export type Answer =
  | { readonly accuracy: number; readonly rows: number; readonly classes: readonly string[] }
  | { readonly failed: string };
