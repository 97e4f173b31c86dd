import type { Experiment } from '@unbraid/experiment';
import type { z } from 'zod';
import type { Io } from '../../io.ts';
import { shortPath } from '../../short-path.ts';
import { fitRun } from '../fit-run.ts';
import type { FitFlags, MethodModule } from '../method.ts';
import { type TableExperiment, tableExperiment } from './experiment.ts';
import { type TableFlags, tableOverrides, tableWords } from './flags.ts';
import type { TableMethod } from './method.ts';
import type { TableSettings } from './settings.ts';
import { checkFile, readSource } from './source.ts';

/**
 * What `fit NAME` of a table does.
 * @param own names of the method's settings that have flags
 */
export function tableModule<S extends z.ZodObject>(
  method: TableMethod<z.output<S> & TableSettings>,
  about: TableExperiment<S>,
  own: readonly string[],
): MethodModule {
  return {
    experiment: () => tableExperiment(method, about) as unknown as Experiment,
    fit(io: Io, [data = '']: readonly string[], given: FitFlags) {
      const flags = given as TableFlags;
      const experiment = tableExperiment(method, about);
      return fitRun(io, {
        experiment,
        flags,
        overrides: tableOverrides(experiment, data, flags, own),
        words: tableWords(method.name, shortPath(data), flags, own),
        async prepare(settings, seed) {
          const checked = settings as z.output<S> & TableSettings;
          checkFile(checked.data);
          const source = await readSource(checked, seed);
          return {
            experiment: tableExperiment(method, about, source),
            identity: { dataSha256: source.sha256 },
            notices: source.notices,
          };
        },
      });
    },
  };
}
