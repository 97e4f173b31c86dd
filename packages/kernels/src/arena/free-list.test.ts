import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFreeList, type Span } from './free-list.ts';

const SPACE = 1000;

function wholeSpace() {
  const list = createFreeList();
  list.give({ offset: 0, bytes: SPACE });
  return list;
}

/** Sizes to take, and after each one, which of the spans taken so far to give back, if any. */
const script = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 200 }), give: fc.option(fc.nat()) }), {
  maxLength: 60,
});

function play(steps: readonly { bytes: number; give: number | null }[], check: (taken: readonly Span[]) => void) {
  const list = wholeSpace();
  const taken: Span[] = [];
  for (const { bytes, give } of steps) {
    const offset = list.take(bytes);
    if (offset !== undefined) taken.push({ offset, bytes });
    if (give !== null && taken.length > 0) list.give(taken.splice(give % taken.length, 1)[0]!);
    check([...taken, ...list.spans]);
  }
  return { list, taken };
}

describe('createFreeList', () => {
  it('divides the space between taken and free spans, with no overlap and no gap', () => {
    fc.assert(
      fc.property(script, (steps) => {
        play(steps, (spans) => {
          let end = 0;
          for (const { offset, bytes } of spans.toSorted((a, b) => a.offset - b.offset)) {
            expect(offset).toBe(end);
            end += bytes;
          }
          expect(end).toBe(SPACE);
        });
      }),
    );
  });

  it('keeps free spans in order and never touching', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const { list } = play(steps, () => {});
        for (const [i, span] of list.spans.slice(1).entries()) {
          const before = list.spans[i]!;
          expect(span.offset).toBeGreaterThan(before.offset + before.bytes);
        }
      }),
    );
  });

  it('is one span again after everything was given back', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const { list, taken } = play(steps, () => {});
        for (const span of taken) list.give(span);
        expect(list.spans).toEqual([{ offset: 0, bytes: SPACE }]);
      }),
    );
  });

  it('takes from the smallest span that fits', () => {
    const list = createFreeList();
    list.give({ offset: 0, bytes: 300 });
    list.give({ offset: 400, bytes: 100 });
    list.give({ offset: 600, bytes: 200 });
    expect(list.take(80)).toBe(400);
    expect(list.take(150)).toBe(600);
    expect(list.take(150)).toBe(0);
  });

  it('takes nothing when no single span is large enough', () => {
    const list = createFreeList();
    list.give({ offset: 0, bytes: 60 });
    list.give({ offset: 100, bytes: 60 });
    expect(list.take(61)).toBeUndefined();
    expect(list.spans).toHaveLength(2);
  });
});
