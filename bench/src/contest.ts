import { setTimeout } from 'node:timers/promises';
import { fastest } from './fastest.ts';
import { progress } from './progress.ts';
import type { Prepared, Ran, RunOptions } from './protocol.ts';
import { type Better, missingRow, type Row, rowOf } from './row.ts';
import { MissingError, type Side, type SideCommand, startSide } from './side.ts';

/** One workload on our side and on those of its peers. */
export interface Contest {
  /** What the rows are called. */
  readonly row: string;
  readonly ours: SideCommand;
  readonly peers: readonly (Peer | Candidates)[];
  /** Alternating runs of either side for each peer. */
  readonly runs: number;
  /** Milliseconds of rest before a run. */
  readonly pause?: number;
  /** Seconds that a run should take, where it is a number of steps; a run is one training where this is not given. */
  readonly secondsOfSteps?: number;
  /** Of the rows for time. Default `ms`. */
  readonly unit?: Unit;
  /** Further figures of a run that get rows of their own. */
  readonly figures?: readonly Figure[];
  /** Throws where the two did not do the same work. */
  checkPrepared?(ours: Prepared, theirs: Prepared, peer: Peer): void;
}

export interface Peer extends SideCommand {
  /** For the table, in the place of what the side says of itself. */
  readonly label?: string;
  /** The ratio of time to reach, null where there is none. */
  readonly goal: number | null;
  /** The ratio of peak memory to reach. */
  readonly memoryGoal?: number | undefined;
  /** The ratio of memory added over the start to reach, where sides tell their start. */
  readonly addedMemoryGoal?: number | undefined;
}

/** A peer in several forms, of which the fastest has the row. */
export interface Candidates {
  /** For the choice of rows. */
  readonly name: string;
  readonly forms: readonly [Peer, ...Peer[]];
  /** Steps of a run by which the fastest is found. */
  readonly triedSteps: number;
}

export type Unit = keyof typeof PER_MILLISECOND;

export interface Figure {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly better: Better;
}

interface Entry {
  readonly command: SideCommand;
  readonly side: Side;
}

const PER_MILLISECOND = { ms: 1, µs: 1000 };

/** The usual rest: lets threads that spin for more work come to rest before the other side runs. */
const PAUSE_MILLISECONDS = 300;

/** Runs the contest: for each peer a row for time, one for peak memory, and one for each further figure. */
export async function hold(contest: Contest): Promise<Row[]> {
  if (contest.peers.length === 0) return [];
  progress(`${contest.row}: ours prepares`);
  const ours = { command: contest.ours, side: await startSide(contest.ours) };
  try {
    const rows: Row[] = [];
    for (const peer of contest.peers) {
      const chosen = 'forms' in peer ? await fastest(peer) : peer;
      rows.push(...(await against(chosen, ours, contest)));
    }
    return rows;
  } finally {
    await ours.side.close();
  }
}

async function against(peer: Peer, ours: Entry, contest: Contest): Promise<Row[]> {
  progress(`${contest.row}: ${peer.name} prepares`);
  const side = await startSide(peer).catch((error: unknown) => {
    if (error instanceof MissingError) return error;
    throw error;
  });
  if (side instanceof MissingError) return withoutPeer(peer, side.message, ours, contest);
  try {
    contest.checkPrepared?.(ours.side.prepared, side.prepared, peer);
    const [our, their] = await alternate([ours, { command: peer, side }], contest);
    return rowsOf(contest, peer, { prepared: side.prepared, ours: ours.side.prepared, our: our!, their: their! });
  } finally {
    await side.close();
  }
}

async function withoutPeer(peer: Peer, missing: string, ours: Entry, contest: Contest): Promise<Row[]> {
  const [our] = await alternate([ours], contest);
  const { row, unit = 'ms' } = contest;
  const label = { row, peer: peer.name, unit, goal: peer.goal, implementation: ours.side.prepared.version };
  return [missingRow(label, times(our!, unit), missing)];
}

/** Runs the entries in turn, `runs` times each: the results by entry. */
async function alternate(entries: readonly Entry[], contest: Contest): Promise<Ran[][]> {
  const options: RunOptions[] = [];
  for (const entry of entries) options.push(await optionsFor(entry.side, contest));
  const results: Ran[][] = entries.map(() => []);
  for (let run = 1; run <= contest.runs; run++) {
    for (const [index, { command, side }] of entries.entries()) {
      await setTimeout(contest.pause ?? PAUSE_MILLISECONDS);
      const ran = await side.run(options[index]!);
      command.check?.(ran);
      results[index]!.push(ran);
      progress(`${contest.row}: run ${run} of ${contest.runs}, ${command.name}: ${ran.milliseconds.toPrecision(4)} ms`);
    }
  }
  return results;
}

/** As many steps as fill the time, measured after a warm-up of the same length. */
async function optionsFor(side: Side, { secondsOfSteps }: Contest): Promise<RunOptions> {
  if (secondsOfSteps === undefined) return {};
  let steps = 3;
  for (let attempt = 0; attempt < 3; attempt++) {
    const { milliseconds } = await side.run({ steps });
    steps = Math.max(3, Math.ceil((secondsOfSteps * 1000) / milliseconds));
  }
  return { steps };
}

interface Outcome {
  /** What the peer said of itself, and what we did. */
  readonly prepared: Prepared;
  readonly ours: Prepared;
  readonly our: readonly Ran[];
  readonly their: readonly Ran[];
}

function rowsOf(contest: Contest, peer: Peer, outcome: Outcome): Row[] {
  const { prepared, ours, our, their } = outcome;
  const { row, unit = 'ms' } = contest;
  const version = peer.label ?? prepared.version;
  const label = { row, peer: version, note: prepared.note, implementation: ours.version };
  const time = rowOf({ ...label, unit, goal: peer.goal }, 'lower', times(our, unit), times(their, unit));
  const memoryLabel = { row: `${row}: peak memory`, peer: version, unit: 'MB', goal: peer.memoryGoal ?? null };
  const memory = rowOf(memoryLabel, 'lower', [peakMegabytes(our)], [peakMegabytes(their)]);
  const figures = (contest.figures ?? []).map(({ key, label, unit, better }) => {
    const [ours, theirs] = [our, their].map((runs) => runs.map(({ figures }) => figures?.[key] ?? Number.NaN));
    return rowOf({ row: `${row}: ${label}`, peer: version, unit, goal: null }, better, ours!, theirs!);
  });
  return [time, memory, ...addedMemory(row, peer, outcome), ...figures];
}

/** What the work added to the memory that a side had at its start, where both tell it. */
function addedMemory(
  row: string,
  { label: version, addedMemoryGoal }: Peer,
  { prepared, ours, our, their }: Outcome,
): Row[] {
  if (ours.startBytes === undefined || prepared.startBytes === undefined) return [];
  const label = {
    row: `${row}: memory added`,
    peer: version ?? prepared.version,
    unit: 'MB',
    goal: addedMemoryGoal ?? null,
  };
  const added = (runs: readonly Ran[], startBytes: number) => [peakMegabytes(runs) - startBytes / 1e6];
  return [rowOf(label, 'lower', added(our, ours.startBytes), added(their, prepared.startBytes))];
}

function times(runs: readonly Ran[], unit: Unit): number[] {
  return runs.map(({ milliseconds }) => milliseconds * PER_MILLISECOND[unit]);
}

function peakMegabytes(runs: readonly Ran[]): number {
  return Math.max(...runs.map((run) => run.peakBytes)) / 1e6;
}
