import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Runs that were not made by an experiment, as a lab finds them. */
export interface LabRuns {
  readonly runs: number;
  /** Of `metrics.jsonl`, each a step and a loss. */
  readonly lines: number;
}

/** What is left where all of a folder's runs are made: another call finds them. */
const MADE = 'made.json';

/** Writes the runs into a folder, unless it has them. */
export function makeLabRuns(folder: string, { runs, lines }: LabRuns): void {
  if (existsSync(join(folder, MADE))) return;
  mkdirSync(folder, { recursive: true });
  for (let run = 0; run < runs; run++) makeLabRun(join(folder, `run-${String(run).padStart(4, '0')}`), run, lines);
  writeFileSync(join(folder, MADE), JSON.stringify({ runs, lines }));
}

/** A run with four widths, five rates and many seeds. @param lines none: a run that goes on, to which a caller adds some */
export function makeLabRun(directory: string, run: number, lines: number, status = 'done'): void {
  mkdirSync(join(directory, 'checkpoints'), { recursive: true });
  const json = (name: string, value: unknown) => writeFileSync(join(directory, name), JSON.stringify(value));
  const settings = { width: 2 ** (4 + (run % 4)), rate: [0.001, 0.003, 0.01, 0.03, 0.1][run % 5]! };
  json('config.json', {
    // Without a fingerprint, as runs of the first version had it.
    format: 1,
    experiment: 'bench/lab',
    preset: 'short',
    config: settings,
    seed: Math.floor(run / 20),
    overrides: {},
    command: 'unbraid run bench/lab',
    started: new Date(Date.UTC(2026, 0, 1) + run * 1000).toISOString(),
    versions: { node: process.versions.node },
    machine: { cpu: 'any', cores: 2, memoryGiB: 4, os: 'Linux 6.1.0 x64' },
    about: {
      title: 'A run of the benchmark',
      paper: 'none',
      description: 'Made, not run.',
      settings: Object.entries(settings).map(([name, value]) => ({
        name,
        type: 'number',
        default: value,
        description: name,
      })),
      summary: { loss: 'The last loss' },
    },
  });
  json('state.json', { status, seconds: lines });
  json('summary.json', { loss: 1 / (1 + run) });
  writeLines(join(directory, 'metrics.jsonl'), run, lines);
}

/** Noise around a curve that falls, different in each run. */
function writeLines(path: string, run: number, lines: number): void {
  const file = openSync(path, 'w');
  let state = run + 1;
  let text = '';
  for (let step = 0; step < lines; step++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const loss = Math.exp(-step / 20_000) + state / 2 ** 34 + run / 1000;
    text += `{"step":${step},"loss":${loss.toFixed(6)}}\n`;
    if (text.length > 2 ** 20) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
}
