import { type Metrics, plainScalars } from '../run/metrics.ts';
import { createTimeline } from '../run/timeline.ts';

/**
 * Lines of a unit that is done away from its run: they travel in its checkpoint, and belong in no file here.
 * @param seconds time that the run has taken so far
 */
export function memoryMetrics(seconds: () => number): Metrics {
  let text = '';
  const timeline = createTimeline();
  return {
    log(record, unit) {
      text += `${JSON.stringify(plainScalars('a logged record', record))}\n`;
      timeline.add({ seconds: seconds(), unit });
    },
    end: () => ({ bytes: text.length, lines: timeline.length }),
    since: (start) => ({ lines: text.slice(start.bytes), times: timeline.since(start.lines) }),
    replace(start, logged) {
      text = text.slice(0, start.bytes) + logged.lines;
      timeline.cut(start.lines);
      timeline.append(logged.times);
    },
    sync: () => undefined,
    close: () => undefined,
  };
}
