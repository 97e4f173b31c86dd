import { checkSettings, count } from '@unbraid/checks';
import { broadcastTo, concat, reshape, ShapeError } from '@unbraid/graph';
import * as z from 'zod';
import { initializerSetting } from '../initializers/check-initializer.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { zeros } from '../initializers/plain.ts';
import type { Model } from '../model.ts';
import { type ParamSpec, param } from '../param.ts';
import { described } from '../saved/description.ts';

/** What `appendColumns` takes. */
export interface AppendColumnsOptions {
  /** How many. */
  readonly columns: number;
  /** How they start. Default zeros. */
  readonly init?: Initializer;
}

const schema = z.object({ columns: count(), init: initializerSetting().default(zeros) });

/**
 * Puts trained numbers behind every row, the same ones behind each: `[rows, width]` to `[rows, width + columns]`. So a network of means gets variances that don't depend on
 * its input.
 * @throws {InputError} for options that are unknown or out of range
 * @throws {ShapeError} from `apply`, for inputs that are no rows
 */
export function appendColumns(options: AppendColumnsOptions): Model<{ readonly values: ParamSpec }> {
  const { columns, init } = checkSettings('nn: appendColumns', schema, options);
  const layer: Model<{ readonly values: ParamSpec }> = {
    name: `appendColumns ${columns}`,
    params: { values: param([columns], init, { fanIn: 1, fanOut: columns }) },
    apply({ values }, x) {
      if (x.shape.length !== 2)
        throw new ShapeError(`nn: appendColumns takes [rows, width], the input is [${x.shape.join(', ')}]`);
      return concat([x, broadcastTo(reshape(values, [1, columns]), [x.shape[0]!, columns])], 1);
    },
  };
  return described(layer, { layer: 'appendColumns', settings: { columns, init } });
}
