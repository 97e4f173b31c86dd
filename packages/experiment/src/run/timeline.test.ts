import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTimeline, type TimelineEntry, timelineEntry } from './timeline.ts';

const entry = fc.record({
  seconds: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  unit: fc.constantFrom(null, 'a', 'b "ü"\n'),
});

const entriesOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => timelineEntry(line));

it('gives back what was added, from any line on, whatever was cut and put back', () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('add' as const), entries: fc.array(entry, { maxLength: 5 }) }),
    fc.record({ what: fc.constant('back' as const), at: fc.nat(20) }),
    fc.record({ what: fc.constant('cut' as const), at: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.nat(20), (steps, from) => {
      const timeline = createTimeline();
      const plain: TimelineEntry[] = [];
      for (const each of steps) {
        if (each.what === 'add') {
          for (const one of each.entries) timeline.add(one);
          plain.push(...each.entries);
          continue;
        }
        const at = Math.min(each.at, plain.length);
        const times = timeline.since(at);
        timeline.cut(at);
        if (each.what === 'back') timeline.append(times);
        else plain.length = at;
      }
      const start = Math.min(from, plain.length);
      expect(timeline.length).toBe(plain.length);
      expect(entriesOf(timeline.text(0, plain.length))).toEqual(plain.map(withoutNegativeZero));
      expect(entriesOf(timeline.text(start, plain.length))).toEqual(plain.slice(start).map(withoutNegativeZero));
      const { seconds, units } = timeline.since(start);
      const keys = units.flatMap(([count, unit]) => Array.from({ length: count }, () => unit));
      expect(keys).toEqual(plain.slice(start).map(({ unit }) => unit));
      expect([...seconds]).toEqual(plain.slice(start).map((one) => one.seconds));
    }),
  );
});

const withoutNegativeZero = ({ seconds, unit }: TimelineEntry) => ({ seconds: seconds + 0, unit });

it.each(['', '[1', '[1]', '["1",null]', '[1,2]', '{}', 'null', '1'])('takes %j for no line of a timeline', (line) => {
  expect(timelineEntry(line)).toBeUndefined();
});
