import { type Metrics, plainScalars } from '../run/metrics.ts';

/** Lines of a unit that is done away from its run: they travel in its checkpoint, and belong in no file here. */
export function memoryMetrics(): Metrics {
  let text = '';
  return {
    log(record) {
      text += `${JSON.stringify(plainScalars('a logged record', record))}\n`;
    },
    length: () => text.length,
    since: (start) => text.slice(start),
    replace(start, lines) {
      text = text.slice(0, start) + lines;
    },
    sync: () => undefined,
    close: () => undefined,
  };
}
