import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defineExperiment,
  type Experiment,
  RunError,
  type RunHooks,
  resumeRun,
  startRun,
  UsageError,
  writeReport,
} from '@unbraid/experiment';
import { parseHTML } from 'linkedom';
import { z } from 'zod';
import type { Files, FolderTarget } from '../target.ts';

const terms = ({ count }: { count: number }, seed: number) =>
  Array.from({ length: count }, (_, i) => Math.sin(seed + i) / (i + 1));

const experiment = defineExperiment({
  name: 'fuzz/terms',
  title: 'Terms',
  paper: 'none',
  description: 'Adds terms up.',
  settings: z.object({ count: z.int().min(1).max(4).default(3).describe('How many') }),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { total: 'Their sum', seconds: 'Duration' },
  async run({ settings, seed, unit, log, progress, figure, table, checkpoints }) {
    let total = 0;
    for (const [i, term] of terms(settings, seed).entries()) {
      total += await unit(`term ${i}`, async () => {
        // Lines that were logged before the state was saved come back with it.
        if ((await checkpoints.load('half')) === undefined) log({ i, term });
        await checkpoints.save('half', { meta: i, arrays: { term: Float32Array.of(term) } });
        progress({ done: i + 1, total: settings.count });
        await checkpoints.save('half', { meta: i, arrays: { term: Float32Array.of(term) } });
        return term;
      });
    }
    table('main', { title: 'Sum', columns: ['total'], rows: [[total]] });
    await figure('sum', { title: 'Sum', caption: 'It.', plot: { height: 60, marks: [] } });
    return { total };
  },
}) as Experiment;

/** The files of a run that was interrupted after so many terms, or is done. */
async function example(interruptAfter: number): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), 'unbraid-fuzz-run-'));
  const directory = join(folder, 'run');
  const controller = new AbortController();
  const hooks: RunHooks = {
    signal: controller.signal,
    onProgress: ({ done }) => done === interruptAfter && controller.abort(),
  };
  await startRun(experiment, { preset: 'smoke', seed: 3, directory, hooks });
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const files: Record<string, Uint8Array> = {};
  for (const entry of names.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files[path.slice(directory.length + 1)] = new Uint8Array(await readFile(path));
  }
  await rm(folder, { recursive: true });
  const gone = { pid: 2 ** 22 + 1, host: hostname(), start: '1' };
  return { ...files, lock: new TextEncoder().encode(JSON.stringify(gone)) };
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, part]) => [name, canonical(part)]));
}

/** Nothing in the page runs, or asks for anything. */
function checkPage(markup: string): void {
  const { document } = parseHTML(markup);
  assert.equal(document.querySelectorAll('main').length, 1);
  assert.equal(document.querySelectorAll('script, iframe, object, embed, link, foreignObject, img, form').length, 0);
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      assert.ok(!name.startsWith('on'), `${name} in the report`);
      assert.ok(name !== 'href' || !/^\s*(javascript|data|vbscript|file):/i.test(value), `${name}=${value}`);
    }
  }
}

/** Reports of a run, and goes on with it to its end. */
export const runDirectory: FolderTarget = {
  name: 'run-directory',
  limitMs: 5000,
  // Each brings a run to its end, with a file synchronized at every step.
  testCases: 100,
  errors: [RunError, UsageError],
  folders: async () => [await example(1), await example(2), await example(0)],
  repair(bytes, file) {
    if (file !== 'config.json') return bytes;
    try {
      const { fingerprint: _, ...said } = JSON.parse(Buffer.from(bytes).toString());
      const fingerprint = createHash('sha256')
        .update(JSON.stringify(canonical(said)))
        .digest('hex');
      return Buffer.from(JSON.stringify({ ...said, fingerprint }));
    } catch {
      return bytes;
    }
  },
  async runFolder(folder, files) {
    checkPage(await readFile(await writeReport(folder), 'utf8'));
    // As after a night: what a lock says that names no process holds for a minute.
    if (files.lock !== undefined) await utimes(join(folder, 'lock'), 1e9, 1e9);
    const wasDone = files['summary.json'] !== undefined;
    const outcome = await resumeRun(folder, async () => experiment);
    assert.equal(outcome.status, 'done');
    // Of a run that was done its results are read as they are.
    if (outcome.status !== 'done' || wasDone) return;
    const expected = terms(outcome.config.config as { count: number }, outcome.config.seed);
    assert.equal(
      outcome.summary.total,
      expected.reduce((sum, term) => sum + term, 0),
    );
    const lines = expected.map((term, i) => `${JSON.stringify({ i, term })}\n`).join('');
    assert.equal(await readFile(join(folder, 'metrics.jsonl'), 'utf8'), lines);
    checkPage(await readFile(join(folder, 'report.html'), 'utf8'));
  },
};
