import { InputError } from '@unbraid/checks';
import { defaultThreads } from '@unbraid/checks/node';
import type { Arena } from '../arena/arena.ts';
import { exportsOf, sharedModule } from '../wasm/instantiate.ts';
import { type Crew, startCrew } from './crew.ts';
import type { Team } from './team.ts';

export type { Calls, Team } from './team.ts';

/** Threads of a team, and the memory that they share. */
export interface TeamOptions {
  /** Where the kernels' arrays lie: an arena with `shared: true`. */
  readonly arena: Arena;
  /** The caller's among them. Default: `UNBRAID_THREADS`, or else the cores that the process may use. */
  readonly threads?: number;
  /** Work up to which a kernel runs on the caller's thread alone, in nanoseconds that it would take there. Default 150,000. */
  readonly leastWork?: number;
}

/** Between two runs of ONNX Runtime, whose threads are still looking for work, waking a thread costs about 50 µs (docs/decisions/011). */
const LEAST_WORK = 150_000;

/** Ends the threads of teams that nobody has any more. */
const forgotten = new FinalizationRegistry<Cell>((cell) => void cell.crew?.end());

interface Cell {
  crew: Crew | undefined;
}

/**
 * Threads for the kernels of an arena: `createKernels(arena, { team })`. Those besides the caller's start with the first work that is large
 * enough, don't keep the process from ending, and end when the team is forgotten or told to.
 *
 * @throws InputError unless `threads` is a whole number of at least 1
 * @throws InputError for an arena that is not shared
 */
export function createTeam(options: TeamOptions): Team {
  const { arena, threads = defaultThreads('kernels'), leastWork = LEAST_WORK } = options;
  if (!(Number.isInteger(threads) && threads >= 1))
    throw new InputError('setting', `kernels: a team has a whole number of threads of at least 1, got ${threads}`);
  if (!arena?.shared)
    throw new InputError(
      'setting',
      'kernels: a team works in shared memory; give it an arena made by new Arena({ shared: true })',
    );
  const exports = exportsOf(sharedModule(), arena.memory);
  const names = Object.keys(exports);
  const cell: Cell = { crew: undefined };
  const team: Team = {
    arena,
    threads,
    leastWork,
    run(calls) {
      const kernel = exports[calls.kernel] as (...args: readonly number[]) => unknown;
      const own = (call: number) => Number(kernel(...calls.args[call]!));
      if (threads === 1 || calls.args.length < 2) return calls.args.map((_, call) => own(call));
      cell.crew ??= startCrew(threads - 1, names, arena.memory);
      return cell.crew.run(calls, own);
    },
    async end() {
      const { crew } = cell;
      cell.crew = undefined;
      await crew?.end();
    },
  };
  forgotten.register(team, cell);
  return team;
}
