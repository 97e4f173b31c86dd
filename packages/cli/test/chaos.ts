import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestPostgres } from '../../cluster/test/postgres.ts';
import { childrenOf } from './processes.ts';
import { random } from './random.ts';
import { entry, pause, resultOf, unitsDone } from './spawned.ts';

/** What is to happen to a cluster, in an order that follows from the seed. */
export interface ChaosPlan {
  /** SIGKILLs of workers, or of their processes that compute. */
  readonly kills: number;
  /** SIGKILLs of the coordinator. */
  readonly coordinatorKills: number;
  /** `immediate` restarts of Postgres. */
  readonly restarts: number;
  /** SIGSTOPs of a worker with its processes, and their length in seconds. */
  readonly pauses: number;
  readonly pauseSeconds: number;
  /** Mean seconds from one to the next. */
  readonly interval: number;
  readonly workers: number;
  /** Of each of the two groups of a run; runs follow on each other until everything has happened. */
  readonly items: number;
  readonly seed: number;
  onNote(note: string): void;
}

/** What came of it. */
export interface ChaosReport {
  readonly runs: number;
  readonly units: number;
  /** Units that were begun more than once, and the most beginnings of one. */
  readonly begunAgain: number;
  readonly mostBegun: number;
  /** Runs whose files aren't those of one process, byte for byte, times left out. */
  readonly different: number;
  /** Runs that failed, with what they printed. */
  readonly failed: readonly string[];
  readonly seconds: number;
}

type Event = 'kill' | 'coordinator' | 'restart' | 'pause';

function eventsOf(plan: ChaosPlan, chance: () => number): Event[] {
  const of = (event: Event, count: number) => Array.from({ length: count }, () => ({ event, at: chance() }));
  const all = [
    ...of('kill', plan.kills),
    ...of('coordinator', plan.coordinatorKills),
    ...of('restart', plan.restarts),
    ...of('pause', plan.pauses),
  ];
  return all.sort((a, b) => a.at - b.at).map(({ event }) => event);
}

const isAlive = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

/**
 * Lets things happen to workers, coordinators and the database while runs go on, and compares what comes out with what one process makes.
 * @param url a database that is prepared
 */
export async function chaos(server: TestPostgres, url: string, plan: ChaosPlan): Promise<ChaosReport> {
  const chance = random(plan.seed);
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-chaos-'));
  const settings = ['--set', `items=${plan.items}`, '--set', 'steps=4'];
  const began = performance.now();
  const processes = new Set<ChildProcess>();
  let isOver = false;

  function launch(words: readonly string[], onText?: (text: string) => void): ChildProcess {
    const child = spawn(process.execPath, [entry, ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // What workers that are killed leave goes with the rest.
      env: { ...process.env, TMPDIR: folder },
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => onText?.(text));
    processes.add(child);
    child.on('exit', () => processes.delete(child));
    return child;
  }

  const endOf = (child: ChildProcess) =>
    new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));

  // As whoever starts workers does it: one that ends is started again.
  const workers: ChildProcess[] = [];
  function employ(place: number): void {
    const child = launch(['worker', '--on', url, '--cores', '1']);
    workers[place] = child;
    child.on('exit', () => void (isOver || setTimeout(() => isOver || employ(place), 500)));
  }

  let coordinator: ChildProcess | undefined;
  let current = '';
  const failed: string[] = [];
  async function run(out: string): Promise<void> {
    current = out;
    for (
      let words = ['run', 'test/groups', '--out', out, ...settings, '--set', 'pause=25'];
      ;
      words = ['resume', out]
    ) {
      let text = '';
      coordinator = launch([...words, '--on', url], (more) => {
        text = (text + more).slice(-2000);
      });
      const code = await endOf(coordinator);
      if (code === 0) return;
      // A server that isn't there when a coordinator begins is its user's to wait for.
      if (code === null || /no Postgres answers|cannot connect/.test(text)) await pause(300);
      else {
        failed.push(text);
        return;
      }
    }
  }

  const paused: Promise<void>[] = [];
  function stop(child: ChildProcess): void {
    const pids = [child.pid!, ...childrenOf(child.pid)];
    const send = (signal: NodeJS.Signals) => {
      for (const pid of pids) {
        try {
          process.kill(pid, signal);
        } catch {
          // It has ended.
        }
      }
    };
    send('SIGSTOP');
    stopped.add(child);
    paused.push(
      pause(plan.pauseSeconds * 1000).then(() => {
        send('SIGCONT');
        stopped.delete(child);
      }),
    );
  }

  const stopped = new Set<ChildProcess>();
  const oneOf = <T>(list: readonly T[]): T | undefined => list[Math.floor(chance() * list.length)];
  /** A worker, with the process that computes for it where there is one. */
  function someone() {
    const worker = oneOf(workers.filter((child) => isAlive(child) && !stopped.has(child)));
    return worker && { worker, computing: oneOf(childrenOf(worker.pid)) };
  }

  /** Whether it could be done just now. */
  async function happen(event: Event): Promise<boolean> {
    if (event === 'restart') {
      await server.restart('immediate', 1);
      return true;
    }
    if (event === 'coordinator') {
      return coordinator !== undefined && isAlive(coordinator) && unitsDone(current) > 0 && coordinator.kill('SIGKILL');
    }
    const chosen = someone();
    if (chosen === undefined) return false;
    const { worker, computing } = chosen;
    if (event === 'pause') stop(worker);
    else if (computing !== undefined && chance() < 0.3) process.kill(computing, 'SIGKILL');
    else worker.kill('SIGKILL');
    return true;
  }

  async function letThemHappen(): Promise<void> {
    for (const [index, event] of eventsOf(plan, chance).entries()) {
      await pause(plan.interval * 1000 * (0.5 + chance()));
      while (failed.length === 0 && !(await happen(event).catch(() => false))) await pause(100);
      if (failed.length > 0) return;
      plan.onNote(`${index + 1}: ${event} at ${Math.round((performance.now() - began) / 1000)} s`);
    }
    await Promise.all(paused);
  }

  try {
    const alone = join(folder, 'alone');
    if ((await endOf(launch(['run', 'test/groups', '--workers', '1', '--out', alone, ...settings]))) !== 0)
      throw new Error('the run in one process failed');
    const expected = JSON.stringify(resultOf(alone));
    for (let place = 0; place < plan.workers; place++) employ(place);
    let hasAllHappened = false;
    const events = letThemHappen().finally(() => {
      hasAllHappened = true;
    });
    let [runs, different] = [0, 0];
    do {
      const out = join(folder, `run-${runs++}`);
      await run(out);
      if (failed.length === 0 && JSON.stringify(resultOf(out)) !== expected) different++;
    } while (!hasAllHappened && failed.length === 0);
    await events;
    isOver = true;
    const [units] = await server.execute(
      url,
      `select count(*)::int as units, (count(*) filter (where attempt > 1))::int as again, max(attempt) as most from unbraid.unit where not sequential`,
    );
    const { units: total, again, most } = units as { units: number; again: number; most: number };
    const seconds = (performance.now() - began) / 1000;
    return { runs, units: total, begunAgain: again, mostBegun: most, different, failed, seconds };
  } finally {
    isOver = true;
    for (const child of processes) child.kill('SIGKILL');
    await pause(1500);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
