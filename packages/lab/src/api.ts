/**
 * What the server says and the page hears: JSON over HTTP, and server-sent events. Types only; both sides import this file and nothing of each other.
 *
 * | path                                  | gives                                                        |
 * | ------------------------------------- | ------------------------------------------------------------ |
 * | GET /api/lab                          | Lab                                                          |
 * | GET /api/runs                         | RunList                                                      |
 * | GET /api/runs/:id                     | RunDetail                                                    |
 * | GET /api/runs/:id/series              | Series; query: metric, points, x, from, to                   |
 * | GET /api/series                       | SeriesList; query: ids (joined by commas), metric, points, x, from, to |
 * | GET /api/runs/:id/log                 | LogPage; query: from (line), limit                           |
 * | GET /api/runs/:id/figures/:name       | image/svg+xml; query: narrow, for the drawing for narrow screens |
 * | GET /api/runs/:id/artifacts/:name     | the file, as a download                                      |
 * | GET /api/runs/:id/report              | the report's page, in a sandbox                              |
 * | GET /api/runs/:id/metrics             | metrics.jsonl as a download                                  |
 * | GET /api/runs/:id/sweep               | Sweep; 404 where the run is none                             |
 * | GET /api/runs/:id/workers             | RunWorkers                                                   |
 * | PUT /api/runs/:id/notes               | takes and gives Notes                                        |
 * | GET /api/experiments                  | { experiments: ExperimentForm[] }                            |
 * | POST /api/runs                        | takes StartRequest, gives { id }                             |
 * | POST /api/runs/:id/stop, …/resume     | gives { id }                                                 |
 * | GET /api/events                       | LabEvent as server-sent events; query: run (an id, for its lines), after (the `event` of a list or a run); Last-Event-ID |
 *
 * Whatever fails gives `Failure` with status 400 (the request is wrong), 403 (no cookie, a strange Host or Origin, read-only), 404, 500, or 503 (the database can't be reached now).
 */

/** `killed`: it says that it is running, and nobody holds its lock. `waiting`: its units wait in a database, and no worker is at one. */
export type RunStatus = 'running' | 'waiting' | 'interrupted' | 'failed' | 'done' | 'killed' | 'unreadable';

/** A setting or a result. NaN and the infinities are the strings `NaN`, `Infinity`, `-Infinity`. */
export type Scalar = number | string | boolean;

/** What is at work here. */
export interface Lab {
  readonly version: string;
  /** Nothing can be started, stopped or noted. */
  readonly readOnly: boolean;
  /** Whether runs can be started: there are experiments. */
  readonly canStart: boolean;
  /** Folders that are shown, as the user named them. */
  readonly places: readonly string[];
  /** The database whose runs are shown besides. */
  readonly database?: DatabaseState;
}

/** How the way to a database stands. */
export interface DatabaseState {
  /** Without the password. */
  readonly address: string;
  /** `lost`: it can't be reached, or not yet; what is shown of its runs is as it was when it was last heard of. */
  readonly state: 'connecting' | 'connected' | 'lost';
  /** Why it can't be reached, in a line. */
  readonly error?: string;
  /** When that began: ISO 8601, by the clock of the server. */
  readonly since: string;
}

/** How the units of a run stand that were given to a database so far; those of later groups are not known there yet. */
export interface UnitCounts {
  /** The run's number in the database. */
  readonly run: string;
  readonly total: number;
  readonly done: number;
  /** At which a worker is. */
  readonly active: number;
  readonly waiting: number;
  readonly failed: number;
}

/** How far a run has come. */
export interface ProgressState {
  readonly done: number;
  readonly total: number;
  readonly label?: string;
  readonly detail?: string;
  /** Time that is left by the pace so far, in seconds; absent where nothing can be said. */
  readonly secondsLeft?: number;
}

/** What people say of a run. */
export interface Notes {
  readonly tags: readonly string[];
  readonly text: string;
}

/** A row of the list. */
export interface RunRow {
  /** 12 hexadecimal digits that follow from the run's place, for as long as it lies there. */
  readonly id: string;
  /** The name of its directory, below the folder that is shown: `runs/galu-memorize-short-20261130-101500`. */
  readonly name: string;
  readonly place: string;
  readonly experiment: string;
  readonly title: string;
  readonly preset: string;
  readonly seed: number;
  readonly status: RunStatus;
  /** Why it failed, or can't be read. */
  readonly error?: string;
  /** ISO 8601. */
  readonly started: string;
  /** Time that it has taken, over all sessions. */
  readonly seconds: number;
  readonly progress?: ProgressState;
  /** All settings; lists and objects as JSON text. */
  readonly settings: Readonly<Record<string, Scalar>>;
  readonly summary: Readonly<Record<string, Scalar>>;
  readonly notes: Notes;
  readonly isSweep: boolean;
  /** SHA-256 of what its `config.json` says: the same wherever the run is; runs of earlier versions have none. */
  readonly fingerprint?: string;
  /** Of a run that the database has. */
  readonly units?: UnitCounts;
  /** Its directory is in none of the folders that are shown: all that is known of it is what the database has, and nothing of it can be noted, resumed or stopped here. */
  readonly remote?: true;
  /** Counts up with every change that is told. */
  readonly revision: number;
}

/** All runs, as they are now. */
export interface RunList {
  readonly runs: readonly RunRow[];
  /** The newest event that the list has in it: events after it are news, and `after` of the events takes it. */
  readonly event: string;
}

/** A column of `metrics.jsonl` that a curve can be drawn of. */
export interface MetricInfo {
  readonly name: string;
  /** What the experiment says of it. */
  readonly description?: string;
  /** `s`, `%`, `nats`; absent: a plain number. */
  readonly unit?: string;
  /** The column along which it is drawn; `line` (its place in the file, counted from 0) or `seconds` (of the run) otherwise. */
  readonly x: string;
  /** Columns that tell its curves apart. */
  readonly by: readonly string[];
  /** How many finite or infinite values, and how many NaN, there are. */
  readonly count: number;
  readonly last?: Scalar;
}

/** A figure of a run; its drawing has an address of its own. */
export interface FigureInfo {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
}
/** A table of a run. */
export interface TableInfo {
  readonly name: string;
  readonly title: string;
  readonly caption?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}
/** A file that a run made. */
export interface ArtifactInfo {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}
/** A setting of a run, and what it means. */
export interface SettingInfo {
  readonly name: string;
  readonly type: string;
  readonly default: unknown;
  readonly value: unknown;
  readonly description: string;
}

/** All that there is to say of a run. */
export interface RunDetail {
  readonly run: RunRow;
  readonly paper: string;
  readonly description: string;
  readonly command: string;
  readonly settings: readonly SettingInfo[];
  /** Meaning of each key of the summary. */
  readonly meanings: Readonly<Record<string, string>>;
  readonly metrics: readonly MetricInfo[];
  /** Lines of the log, and its length in bytes: from there on lines are told. */
  readonly lines: number;
  readonly offset: number;
  /** Events after it, with lines after those counted here, are news: what `after` of the events takes. */
  readonly event: string;
  readonly figures: readonly FigureInfo[];
  readonly tables: readonly TableInfo[];
  readonly artifacts: readonly ArtifactInfo[];
  readonly machine: readonly (readonly [name: string, fact: string])[];
  readonly hasReport: boolean;
  /** What of its results is not shown, and why; absent where all is. */
  readonly missing?: string;
}

/** A unit that a worker is at. Times are seconds before the answer. */
export interface ActiveUnit {
  readonly key: string;
  /** Since it was taken. */
  readonly seconds: number;
}

/** One that does units of a run. */
export interface WorkerInfo {
  /** Its number in the database, or of the process. */
  readonly id: string;
  readonly machine: string;
  readonly process: number;
  /** Cores that it may use, or threads of a process of the run's own machine. */
  readonly cores?: number;
  /** `silent`: not heard of for so long that its units are given to others. `left`: it has ended in order. */
  readonly state: 'working' | 'free' | 'silent' | 'left';
  readonly active: readonly ActiveUnit[];
  /** Since it was last heard of, in seconds before the answer. */
  readonly heard: number;
  /** Units of this run. */
  readonly done: number;
  readonly failed: number;
  /** Time that a unit took, in the mean. */
  readonly secondsPerUnit?: number;
  /** In a database by the newest 20 units at most, of a process of the run's own machine since it began. */
  readonly unitsPerHour?: number;
}

/** Who works, or worked, for a run. */
export interface RunWorkers {
  /** Those that have, or had, units of it. */
  readonly workers: readonly WorkerInfo[];
  /** Of the database: workers that could take units of the run, and are at none of any run. */
  readonly free?: number;
  /** Of the database: versions that workers must have, as `node 20, unbraid 0.1.0`. */
  readonly requires?: string;
  /** Seconds between what is told and the answer: more than a moment where the database is lost. */
  readonly age: number;
}

/** One curve. Where it is sampled each bucket of x gives its lowest and its highest point, in the order in which they lie; nothing that stands out is lost. */
export interface Curve {
  /** Values of the columns that tell curves apart; empty where there is one. */
  readonly key: Readonly<Record<string, Scalar>>;
  readonly x: readonly number[];
  /** null: NaN, where the line is broken. The infinities are strings. */
  readonly y: readonly (number | null | 'Infinity' | '-Infinity')[];
  /** Points of the curve between `from` and `to`, of which these are some or all. */
  readonly total: number;
  readonly sampled: boolean;
}

/** The curves of a column of a run. */
export interface Series {
  readonly id: string;
  readonly metric: string;
  readonly x: string;
  readonly unit?: string;
  readonly curves: readonly Curve[];
  /** Curves beyond the first 200 are left out and counted here. */
  readonly leftOut: number;
  /** Lines of the log that it has in it: lines from there on are news. */
  readonly lines: number;
}
/** The curves of a column of several runs. */
export interface SeriesList {
  /** In the order asked for; a run without the metric has no curves. */
  readonly series: readonly Series[];
}

/** Some lines of a run. */
export interface LogPage {
  /** Number of the first line, counted from 0. */
  readonly from: number;
  readonly lines: readonly Readonly<Record<string, Scalar>>[];
  readonly total: number;
}

/** A trial of a sweep. */
export interface TrialInfo {
  readonly number: number;
  readonly configuration: number;
  readonly seed: number;
  readonly settings: Readonly<Record<string, Scalar>>;
  readonly status: string;
  readonly summary: Readonly<Record<string, Scalar>>;
  readonly command: string;
}
/** A sweep, and its trials that are done so far. */
export interface Sweep {
  readonly experiment: string;
  readonly metric?: string;
  readonly goal?: 'min' | 'max';
  /** Settings that vary. */
  readonly axes: readonly { readonly name: string; readonly log: boolean }[];
  readonly trials: readonly TrialInfo[];
  readonly planned: number;
}

/** A setting as a form asks for it. */
export interface FormField {
  readonly name: string;
  /** In words: `integer ≥ 1`. */
  readonly type: string;
  readonly kind: 'integer' | 'number' | 'boolean' | 'choice' | 'text' | 'json';
  readonly choices?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description: string;
  readonly default: unknown;
  /** What each preset sets, where that is another value. */
  readonly presets: Readonly<Record<string, unknown>>;
}
/** An experiment that can be started. */
export interface ExperimentForm {
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  readonly description: string;
  readonly fields: readonly FormField[];
}

/** A run to begin. */
export interface StartRequest {
  readonly experiment: string;
  readonly preset: 'smoke' | 'short' | 'full';
  readonly seed: number;
  /** As `--set` takes them. @defaultValue none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Processes, or `auto`. @defaultValue `auto` */
  readonly workers?: string;
}

/** What the server tells while it lasts. The id of an event is what `Last-Event-ID` takes; where the server can't go on from there it says `again`. */
export type LabEvent =
  | { readonly type: 'run'; readonly run: RunRow }
  | { readonly type: 'gone'; readonly id: string }
  /** New whole lines of the run that was asked for; `offset` is that behind them, `first` the number of the first. */
  | {
      readonly type: 'lines';
      readonly id: string;
      readonly first: number;
      readonly offset: number;
      readonly lines: readonly Readonly<Record<string, Scalar>>[];
    }
  /** The log was cut or written anew: what was heard of its lines holds no more. */
  | { readonly type: 'restart'; readonly id: string }
  /** New figures, tables or files: ask for the run anew. */
  | { readonly type: 'outputs'; readonly id: string }
  /** Of a run whose workers somebody asked for a moment ago: ask for them anew. */
  | { readonly type: 'workers'; readonly id: string }
  /** Ask what is at work here anew: the database was lost, or is back. */
  | { readonly type: 'lab' }
  | { readonly type: 'again' };

/** What an answer with another status than 200 says. */
export interface Failure {
  readonly error: string;
}
