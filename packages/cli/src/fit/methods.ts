import { unknownName } from '@unbraid/checks';
import { type Experiment, UsageError } from '@unbraid/experiment';
import { gfgn } from './graph/method.ts';
import { dynamicVae } from './images/method.ts';
import type { Method, ModelUse } from './method.ts';
import type { DataKind } from './model-directory.ts';
import { tableMethods } from './table/commands/grammar.ts';

/** The methods of `unbraid fit`. */
export const methods: readonly Method[] = [...tableMethods, gfgn, dynamicVae];

/** What uses the models of a kind of data, loaded when it is needed. */
const uses: Readonly<Record<DataKind, () => Promise<ModelUse>>> = {
  table: async () => (await import('./table/use/use.ts')).use,
  images: async () => (await import('./images/use.ts')).use,
  graph: async () => (await import('./graph/use.ts')).use,
};

/** What is done with models of such data. */
export const useOf = (data: DataKind): Promise<ModelUse> => uses[data]();

const PREFIX = 'fit/';

/** Whether a run is one of `unbraid fit`, by its experiment's name. */
export const isFit = (experiment: string): boolean => experiment.startsWith(PREFIX);

/** The experiment `fit/galu` of a run that goes on. @throws {UsageError} for a method that there isn't */
export async function fitExperiment(name: string): Promise<Experiment> {
  const wanted = name.slice(PREFIX.length);
  const method = methods.find((each) => each.name === wanted);
  if (method === undefined)
    throw new UsageError(
      unknownName(
        'method',
        wanted,
        methods.map((each) => each.name),
      ),
    );
  return (await method.load()).experiment();
}
