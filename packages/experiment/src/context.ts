import type { PlotOptions } from '@observablehq/plot';
import type { Progress } from '@unbraid/checks/progress';
import type { Scalars, State, Storable } from './values.ts';

export type { Progress };

/** The Observable Plot module, handed to figures so that experiments need neither import nor load it. */
export type PlotModule = typeof import('@observablehq/plot');

/** What a figure is drawn in. */
export interface FigureSpace {
  /** px; a figure is drawn for wide screens, and a second time, with 360 px, for telephones */
  readonly width: number;
}

/** A figure of a report. */
export interface Figure {
  readonly title: string;
  /** What the reader should see, in a sentence or two; it is the image's text alternative too. */
  readonly caption: string;
  /**
   * An Observable Plot specification; axes carry labels with units. As a function it gets the Plot module, and the space, so that facets that
   * stand side by side on a wide screen can stand one below the other on a narrow one.
   */
  readonly plot: PlotOptions | ((plot: PlotModule, space: FigureSpace) => PlotOptions);
}

/** A table of a report. */
export interface Table {
  readonly title: string;
  readonly caption?: string;
  readonly columns: readonly string[];
  /** One entry a column in every row. */
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What `units` is told besides its units. */
export interface UnitsOptions {
  /** What progress counts: `fits`. @defaultValue `units` */
  readonly label?: string;
  /** Where a run has several groups: units of those before. @defaultValue 0 */
  readonly done?: number;
  /** Units of all groups together. @defaultValue those of this one and before */
  readonly total?: number;
  /**
   * Given where `take` keeps what it gets by itself, such as in a file of its own: whether it has had the unit's value, in this session or one before. Such a unit is not
   * done again, and once `take` has a value the unit's checkpoint is removed, so that nothing is kept twice. Such units log, put out and save nothing: it would be gone with the checkpoint. What comes
   * after the group may depend on what `take` kept, and that is where the run is, not where later units are done.
   * @param index of the item
   */
  readonly has?: (index: number) => boolean | Promise<boolean>;
}

/** A unit's states are its own, and are removed when it is done: its value has taken their place. */
export interface Checkpoints {
  /** The state last saved under `key`, or undefined when there is none. */
  load(key: string): Promise<State | undefined>;
  /** Writes the state whole or not at all; throws the signal's reason afterwards if the run was interrupted. */
  save(key: string, state: State): Promise<void>;
  remove(key: string): Promise<void>;
}

/** The whole world of a running experiment: it reads its settings here and reports here, and nowhere else. */
export interface RunContext<Settings> {
  readonly settings: Settings;
  /** Non-negative integer; every random number of the run follows from it. */
  readonly seed: number;
  /** Aborted by Ctrl-C. Long loops pass it on or call `signal.throwIfAborted()`. */
  readonly signal: AbortSignal;
  /** Adds one line to `metrics.jsonl`; NaN and the infinities are written as strings. */
  log(record: Scalars): void;
  /** Inside a unit of `units`: how far that unit has come; the run's own progress is made of it. */
  progress(state: Progress): void;
  /** Draws `figures/<name>.svg`. A later figure of the same name replaces the earlier one. */
  figure(name: string, figure: Figure): Promise<void>;
  /** Puts a table in the report; the first table of a run is its main one and is printed when it ends. */
  table(name: string, table: Table): void;
  /**
   * Writes the file `artifacts/<name>`, whole or not at all: something to use after the run, such as a trained model. A later one of the same name
   * replaces the earlier; a resumed run has what its units wrote without working again. The bytes are copied; the report lists name, size and SHA-256.
   * @param name at most 100 letters, digits, ".", "-" and "_"
   */
  artifact(name: string, bytes: Uint8Array): Promise<void>;
  /**
   * Does `work` once in the life of a run: its value is kept, and a resumed run takes it from there instead of
   * working again. Lines logged meanwhile belong to the unit. Units run one after another, never nested.
   */
  unit<T>(key: string, work: () => Promise<T & Storable<T>>): Promise<T>;
  /**
   * Units that don't depend on one another: wherever and in whatever order they are done, by other processes or on other machines, values, lines
   * and reports come in the order of `items`. Progress is told by it. `work` gets an item and may depend on it, on the settings, the seed and on what units before these
   * gave, and on nothing else; what it needs is prepared when it is first called, since a process that gives its units away never calls it.
   * @param keyOf tells units apart, as in `unit`
   */
  units<I, T>(
    items: readonly I[],
    keyOf: (item: I, index: number) => string,
    work: (item: I, index: number) => Promise<T & Storable<T>>,
    options?: UnitsOptions,
  ): Promise<T[]>;
  /** The same, where the values are too many or too large to be held together: each is handed to `take` in the order of `items`, and not kept. */
  eachUnit<I, T>(
    items: readonly I[],
    keyOf: (item: I, index: number) => string,
    work: (item: I, index: number) => Promise<T & Storable<T>>,
    take: (value: T, item: I, index: number) => void | Promise<void>,
    options?: UnitsOptions,
  ): Promise<void>;
  /** For state inside a unit, such as a fit that saves every epoch. */
  readonly checkpoints: Checkpoints;
}
