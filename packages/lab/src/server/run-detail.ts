import { join } from 'node:path';
import { formatDuration } from '@unbraid/experiment';
import {
  type Outputs,
  type RunConfig,
  type RunState,
  readConfig,
  readOutputs,
  readState,
  runFiles,
} from '@unbraid/experiment/directory';
import type { RunDetail } from '../api.ts';
import { statOf } from '../runs/quick-files.ts';
import type { StoredRun } from '../runs/run-store.ts';

/** What is known of a run besides its lines. */
export type Described = Omit<RunDetail, 'run' | 'metrics' | 'lines' | 'offset' | 'event'>;

const NOTHING: Described = {
  paper: '',
  description: '',
  command: '',
  settings: [],
  meanings: {},
  figures: [],
  tables: [],
  artifacts: [],
  machine: [],
  hasReport: false,
};

/** What a run put out so far; nothing where that can't be read. */
export async function outputsOf({ directory }: StoredRun): Promise<Outputs> {
  const outputs = await readOutputs(directory).catch(() => undefined);
  return outputs ?? { figures: [], tables: [], artifacts: [] };
}

/** Of a run that can't be read, whose row says why, only what can. */
export async function describeRun(run: StoredRun): Promise<Described> {
  const { directory } = run;
  const config = await readConfig(directory).catch(() => undefined);
  const { figures, tables, artifacts } = await outputsOf(run);
  const hasReport = (await statOf(join(directory, runFiles.report)))?.isFile() ?? false;
  const put = { figures, tables: tables.map(withCaption), artifacts, hasReport };
  if (config === undefined) return { ...NOTHING, ...put };
  const { about, command } = config;
  const state = await readState(directory).catch(() => undefined);
  return {
    paper: about.paper,
    description: about.description,
    command,
    settings: about.settings.map(({ name, type, default: byDefault, description }) => ({
      name,
      type,
      default: byDefault ?? null,
      value: config.config[name] ?? null,
      description,
    })),
    meanings: about.summary,
    machine: machineOf(config, state),
    ...put,
  };
}

const withCaption = ({ caption, ...table }: Outputs['tables'][number]) =>
  caption === undefined ? table : { ...table, caption };

function machineOf(config: RunConfig, state: RunState | undefined): RunDetail['machine'] {
  const environments = state?.environments ?? [config];
  return [
    ['Started', config.started],
    ...(state === undefined ? [] : [['Duration', formatDuration(state.seconds)] as const]),
    ...environments.flatMap(({ machine: { cpu, cores, threads, memoryGiB, workers, os }, versions }) => [
      ['Processor', `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}`] as const,
      ...(threads === undefined ? [] : [['Threads', String(threads)] as const]),
      ...(workers === undefined ? [] : [['Workers', String(workers)] as const]),
      ['Memory', `${memoryGiB} GiB`] as const,
      ['System', os] as const,
      [
        'Versions',
        Object.entries(versions)
          .map((entry) => entry.join(' '))
          .join(', '),
      ] as const,
    ]),
  ];
}
