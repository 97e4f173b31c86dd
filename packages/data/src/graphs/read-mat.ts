import { checkSettings } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import { isHdf5, parseMat } from './mat-file.ts';
import { parseMat73 } from './mat-hdf5.ts';
import { type MatMatrix, type MatOptions, matSettings } from './mat-matrix.ts';

/**
 * Reads the matrices of numbers, full and sparse, real and complex, of a MATLAB file: of version 5 (what `save` writes by default, compressed or not), or of version 7.3 where
 * the optional dependency h5wasm is installed. Other variables are passed over; `onPassedOver` hears of them.
 *
 * @throws InputError, one line that names the path, where the file cannot be read, is of another version, is damaged, or takes more than the limit unpacked.
 */
export async function readMat(path: string, options: MatOptions = {}): Promise<Map<string, MatMatrix>> {
  const checked = checkSettings('data: readMat', matSettings, options);
  const bytes = await readBytes(path);
  return isHdf5(bytes) ? parseMat73(bytes, path, checked) : parseMat(bytes, path, checked);
}
