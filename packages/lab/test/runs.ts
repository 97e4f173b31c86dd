import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of a run that was not made by an experiment. */
export interface MadeRun {
  readonly status?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly summary?: Readonly<Record<string, unknown>>;
  readonly lines?: readonly Readonly<Record<string, unknown>>[];
  readonly seed?: number;
  readonly about?: Readonly<Record<string, unknown>>;
  readonly experiment?: string;
  readonly started?: string;
}

/** Writes a run's directory as an earlier version did, whose configuration has no fingerprint. */
export function makeRun(directory: string, made: MadeRun = {}): string {
  const { status = 'done', settings = { width: 8 }, summary, lines = [], seed = 0, about = {} } = made;
  mkdirSync(join(directory, 'figures'), { recursive: true });
  mkdirSync(join(directory, 'checkpoints'), { recursive: true });
  const json = (name: string, value: unknown) => writeFileSync(join(directory, name), JSON.stringify(value));
  json('config.json', {
    format: 1,
    experiment: made.experiment ?? 'test/made',
    preset: 'short',
    config: settings,
    seed,
    overrides: {},
    command: 'unbraid run test/made',
    started: made.started ?? '2026-11-30T10:15:00.000Z',
    versions: { node: '20.0.0' },
    machine: { cpu: 'A', cores: 2, memoryGiB: 4, os: 'Linux 6.1.0 x64' },
    about: { title: 'Made', paper: 'none', description: 'A run that was made.', settings: [], summary: {}, ...about },
  });
  json('state.json', { status, seconds: 3 });
  if (summary !== undefined) json('summary.json', summary);
  writeFileSync(join(directory, 'metrics.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return directory;
}
