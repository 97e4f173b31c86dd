import type { ModelUse } from '../../method.ts';
import { evaluateTable } from './evaluate.ts';
import { exportTable } from './export.ts';
import { predictTable } from './predict.ts';

/** What is done with models of tables. */
export const use: ModelUse = { predict: predictTable, evaluate: evaluateTable, exportOnnx: exportTable };
