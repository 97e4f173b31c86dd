import type { Runtime } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/nn';

/** Multiply-adds of a layer's product up to which a second thread costs more than it does: measured with batches of 64 and layers of 64 (decision 058). */
const SMALL_PRODUCT = 2 ** 21;

/**
 * The runtime that was given, or a default one: with a single thread for small networks, whose products are shorter than what it takes to share them.
 * @param rows of a batch
 * @param widest neurons of the widest layer; undefined where that isn't known
 */
export async function runtimeFor(
  given: Runtime | undefined,
  rows: number,
  widest: number | undefined,
): Promise<Runtime> {
  if (given) return given;
  const small = widest !== undefined && rows * widest ** 2 <= SMALL_PRODUCT;
  return defaultRuntime(small ? { threads: 1 } : {});
}
