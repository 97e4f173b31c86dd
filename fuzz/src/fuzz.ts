import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { caseFiles } from './case-input.ts';
import { CHILD, FINDINGS } from './paths.ts';
import { computingMsOf, residentBytesOf } from './process-memory.ts';
import {
  type Assignment,
  LIMIT_MS,
  type Message,
  memoryLimit,
  STARTING_LIMIT_MS,
  WAITING_LIMIT_MS,
} from './protocol.ts';
import { memoryFinding } from './run-case.ts';
import { examples, type FuzzTarget, ONLY_FILE } from './target.ts';
import { loadTarget } from './targets/index.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly cases: number;
  /** The first case's number; 0 unless given. */
  readonly first?: number;
  /** Findings after which it stops; 10 unless given. */
  readonly stopAfter?: number;
}

/** What was wrong with a case, and where its input is kept. */
export interface Finding {
  readonly number: number;
  readonly what: string;
  readonly savedAs: string;
}

export interface FuzzReport {
  readonly cases: number;
  readonly accepted: number;
  readonly slowestMs: number;
  readonly largestGrowthBytes: number;
  readonly findings: readonly Finding[];
}

/**
 * Runs cases of a target in processes of their own, and goes on in a new one where a case brought one down.
 *
 * @throws where there is no such target, or it refuses its own examples.
 */
export async function fuzz(name: string, { seed, cases, first = 0, stopAfter = 10 }: FuzzOptions): Promise<FuzzReport> {
  const target = await loadTarget(name);
  const tally = { cases: 0, accepted: 0, slowestMs: 0, largestGrowthBytes: 0 };
  const findings: Finding[] = [];
  const end = first + cases;
  for (let next = first; next < end && findings.length < stopAfter; ) {
    const lived = await live({ target: name, seed, first: next, end }, target, async (message) => {
      const { accepted, computingMs, grownBytes, finding } = message.result;
      tally.cases++;
      tally.accepted += accepted ? 1 : 0;
      tally.slowestMs = Math.max(tally.slowestMs, computingMs);
      tally.largestGrowthBytes = Math.max(tally.largestGrowthBytes, grownBytes);
      if (finding !== undefined) findings.push(await saved(target, seed, message.number, finding));
      return findings.length < stopAfter;
    });
    if (lived === 'done') break;
    tally.cases++;
    findings.push(await saved(target, seed, lived.number, lived.what));
    next = lived.number + 1;
  }
  return { ...tally, findings };
}

type End = Extract<Message, { kind: 'end' }>;
type Begin = Extract<Message, { kind: 'begin' }>;

/** How often a running case is looked at, in milliseconds. */
const LOOK_MS = 50;

/** Runs cases in one process until they are done, `onEnd` says false, or a case brings the process down. */
async function live(
  assignment: Assignment,
  target: FuzzTarget,
  onEnd: (message: End) => Promise<boolean>,
): Promise<'done' | { number: number; what: string }> {
  const child = fork(CHILD, [JSON.stringify(assignment)], {
    execArgv: ['--expose-gc', '--stack-trace-limit=6'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let lastWords = '';
  child.stderr!.on('data', (chunk) => {
    lastWords = `${lastWords}${chunk}`.slice(-4000);
  });
  let running: (Begin & { readonly since: number; readonly computedMs: number | undefined }) | undefined;
  let isReady = false;
  let handled = Promise.resolve(true);
  let killedFor: string | undefined;
  child.on('message', (message: Message) => {
    if (message.kind === 'ready') isReady = true;
    if (message.kind === 'begin') {
      running = { ...message, since: Date.now(), computedMs: computingMsOf(child.pid!) };
    }
    if (message.kind !== 'end') return;
    running = undefined;
    handled = handled.then(async (before) => {
      const goOn = before && (await onEnd(message));
      if (!goOn) child.kill('SIGKILL');
      return goOn;
    });
  });
  const started = Date.now();
  const look = setInterval(() => {
    if (!isReady && Date.now() - started > STARTING_LIMIT_MS) child.kill('SIGKILL');
    if (!running) return;
    killedFor ??= excess(child.pid!, running, target.limitMs ?? LIMIT_MS);
    if (killedFor !== undefined) child.kill('SIGKILL');
  }, LOOK_MS);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(look);
  const goOn = await handled;
  if (!goOn || (code === 0 && !running)) return 'done';
  if (!isReady || !running)
    throw new Error(`fuzz: the process for ${assignment.target} ended early: ${lastWords.trim()}`);
  return { number: running.number, what: killedFor ?? `brought the process down (${code}): ${lastWords.trim()}` };
}

/** What a running case has too much of. */
function excess(
  pid: number,
  { fileBytes, residentBytes, since, computedMs }: Begin & { since: number; computedMs: number | undefined },
  limitMs: number,
): string | undefined {
  const resident = residentBytesOf(pid);
  // Half of the limit more, for a case that just meets it is measured by the process itself, and better.
  if (resident !== undefined && resident - residentBytes > 1.5 * memoryLimit(fileBytes)) {
    return memoryFinding(resident - residentBytes, fileBytes);
  }
  const now = computingMsOf(pid);
  const computed = now === undefined || computedMs === undefined ? undefined : now - computedMs;
  if (computed !== undefined && computed > 1.5 * limitMs) return `hung: stopped after computing for ${computed} ms`;
  if (Date.now() - since > Math.max(WAITING_LIMIT_MS, 2 * limitMs)) return `hung: stopped after ${WAITING_LIMIT_MS} ms`;
  return undefined;
}

async function saved(target: FuzzTarget, seed: number, number: number, what: string): Promise<Finding> {
  const files = caseFiles(target, await examples(target), { seed, number });
  const place = join(FINDINGS, `${target.name}-${seed}-${number}`);
  for (const [name, bytes] of Object.entries(files)) {
    const path = 'runFolder' in target || name !== ONLY_FILE ? join(place, name) : place;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return { number, what, savedAs: place };
}
