import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type WireWriter, wireWriter } from './wire.ts';

type Field =
  | { readonly kind: 'integer'; readonly field: number; readonly value: number }
  | { readonly kind: 'float'; readonly field: number; readonly value: number }
  | { readonly kind: 'text'; readonly field: number; readonly value: string }
  | { readonly kind: 'bytes'; readonly field: number; readonly value: Uint8Array }
  | { readonly kind: 'message'; readonly field: number; readonly value: readonly Field[] };

function ours(writer: WireWriter, fields: readonly Field[]): void {
  for (const { kind, field, value } of fields) {
    if (kind === 'message') writer.message(field, () => ours(writer, value));
    else if (kind === 'text') writer.text(field, value);
    else if (kind === 'bytes') writer.bytes(field, value);
    else if (kind === 'float') writer.float(field, value);
    else writer.integer(field, value);
  }
}

function theirs(writer: BinaryWriter, fields: readonly Field[]): void {
  for (const { kind, field, value } of fields) {
    if (kind === 'integer') writer.tag(field, WireType.Varint).int64(value);
    else if (kind === 'float') writer.tag(field, WireType.Bit32).float(value);
    else if (kind === 'text') writer.tag(field, WireType.LengthDelimited).string(value);
    else if (kind === 'bytes') writer.tag(field, WireType.LengthDelimited).bytes(value);
    else {
      theirs(writer.tag(field, WireType.LengthDelimited).fork(), value);
      writer.join();
    }
  }
}

const field = fc.integer({ min: 1, max: 2 ** 29 - 1 });
const integers = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -300, max: 300 }), fc.constantFrom(127, 128, 16384));
const { fields } = fc.letrec<{ field: Field; fields: Field[] }>((tie) => ({
  field: fc.oneof(
    { maxDepth: 5 },
    fc.record({ kind: fc.constant('integer' as const), field, value: integers }),
    fc.record({ kind: fc.constant('float' as const), field, value: fc.float() }),
    fc.record({
      kind: fc.constant('text' as const),
      field,
      value: fc.string({ unit: 'binary', maxLength: 300 }),
    }),
    fc.record({ kind: fc.constant('bytes' as const), field, value: fc.uint8Array({ maxLength: 3000 }) }),
    fc.record({ kind: fc.constant('message' as const), field, value: tie('fields') }),
  ),
  fields: fc.array(tie('field'), { maxLength: 30 }),
}));

test('writes the bytes that the writer of @bufbuild/protobuf does', () => {
  fc.assert(
    fc.property(fields, (written) => {
      const [writer, reference] = [wireWriter(), new BinaryWriter()];
      ours(writer, written);
      theirs(reference, written);
      expect(Buffer.compare(writer.finish(), reference.finish())).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('what is written near the end of the room is kept when more is made', () => {
  for (let size = 980; size < 1030; size++) {
    const written: Field[] = [
      { kind: 'bytes', field: 1, value: new Uint8Array(size).fill(7) },
      { kind: 'message', field: 2, value: [{ kind: 'text', field: 3, value: 'ab' }] },
    ];
    const [writer, reference] = [wireWriter(), new BinaryWriter()];
    ours(writer, written);
    theirs(reference, written);
    expect(Buffer.compare(writer.finish(), reference.finish()), `${size} bytes before`).toBe(0);
  }
});

test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%d is no integer', (value) => {
  expect(() => wireWriter().integer(1, value)).toThrow(`graph: ${value} is no integer that ONNX can hold`);
});

test.each([2n ** 63n - 1n, -(2n ** 63n), 0n, 300n, 2n ** 53n])('%d is written in 64 bits', (value) => {
  const [writer, reference] = [wireWriter(), new BinaryWriter()];
  writer.integer(1, value);
  reference.tag(1, WireType.Varint).int64(value);
  expect(writer.finish()).toEqual(reference.finish());
  expect(() => wireWriter().integer(1, 2n ** 63n)).toThrow('is no integer that ONNX can hold');
});

test('a number that 32 bits would make infinite is refused, infinity itself is not', () => {
  expect(() => wireWriter().float(1, 1e39)).toThrow('graph: 1e+39 is out of the range of a number of 32 bits');
  const writer = wireWriter();
  writer.float(1, Number.NEGATIVE_INFINITY);
  expect([...writer.finish()]).toEqual([13, 0, 0, 128, 255]);
});
