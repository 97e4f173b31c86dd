import { floatOfHalf } from '@unbraid/checks/safetensors';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileOf, floats, integers, layer, node, protoOf, value } from '../../test/files.ts';
import { halfOfFloat } from '../export/half.ts';
import { decodeModelProto } from './decode.ts';
import { encodeModelProto } from './encode.ts';
import { valuesOf } from './tensor-data.ts';

const whole = protoOf({
  nodes: [
    node('Constant', [], ['c'], { value: { tensor: floats('', [2], [1, 2]) } }),
    node('If', ['c'], ['y'], {
      then_branch: {
        graph: {
          name: 'then',
          nodes: [node('Identity', ['c'], ['t'])],
          initializers: [],
          inputs: [],
          outputs: [value('t', [2])],
        },
      },
    }),
    node('Made', ['x', '', 'c'], ['', 'z'], {
      ...{ float: { float: 1.5 }, integer: { integer: -3 }, text: { text: 'né' }, floats: { floats: [1, -2] } },
      ...{ integers: { integers: [0, -1, 2 ** 40] }, texts: { texts: ['a', ''] } },
    }),
  ],
  initializers: [
    integers('i', [3], [-1, 0, 2 ** 50]),
    { name: 'out', shape: [4], type: 1, external: { location: 'w.bin', offset: 64, length: 16 } },
  ],
  inputs: [value('x', ['batch', '', 4])],
  outputs: [value('y', [2], 7)],
  metadata: { key: 'value', empty: '' },
  functions: new Map([
    [
      'own:f',
      {
        ...{
          name: 'f',
          domain: 'own',
          inputs: ['a'],
          outputs: ['b'],
          nodes: [node('Neg', ['a'], ['b'], { k: { reference: 'k' } })],
        },
        ...{ defaults: new Map([['k', { integer: 3 }]]), opsets: new Map([['', 18]]) },
      },
    ],
  ]),
});

test('what is written is read', () => {
  expect(decodeModelProto(encodeModelProto(whole), 'file')).toEqual(whole);
});

test('a file that is cut off anywhere is read or refused in one line', () => {
  const bytes = encodeModelProto(whole);
  for (let end = 0; end < bytes.length; end++) {
    try {
      decodeModelProto(bytes.subarray(0, end), 'cut.onnx');
    } catch (error) {
      expect(error).toMatchObject({
        code: 'file',
        message: expect.stringMatching(/^onnx: cut\.onnx is not an ONNX file, or is damaged: [^\n]+$/),
      });
    }
  }
  expect(() => decodeModelProto(bytes.subarray(0, bytes.length - 300), 'cut.onnx')).toThrow('bytes too early at byte');
});

test('what is no ONNX file at all is refused', () => {
  for (const text of ['', 'hello, world', '<html></html>', '{"a": 1}'])
    expect(() => decodeModelProto(new TextEncoder().encode(text), 'page')).toThrow(
      'onnx: page is not an ONNX file, or is damaged',
    );
});

test('graphs that are too deep in one another are refused, and not by a full stack', () => {
  let inner = protoOf({ nodes: [] }).graph;
  for (let depth = 0; depth < 200; depth++)
    inner = { ...inner, nodes: [node('If', ['x'], ['y'], { then_branch: { graph: inner } })] };
  const bytes = encodeModelProto({ ...whole, graph: inner });
  expect(() => decodeModelProto(bytes, 'deep.onnx')).toThrow(
    /^onnx: deep\.onnx has more than \d+ graphs in one another$/,
  );
});

test('every half comes back from its float32, and numbers between go to the nearer', () => {
  for (let bits = 0; bits < 2 ** 16; bits++) {
    const float = floatOfHalf(bits);
    if (!Number.isNaN(float)) expect(halfOfFloat(float)).toBe(bits);
  }
  fc.assert(
    fc.property(fc.float({ min: -65_504, max: 65_504, noNaN: true }), (x) => {
      const found = Math.abs(floatOfHalf(halfOfFloat(x)) - x);
      const bits = halfOfFloat(x);
      for (const other of [bits - 1, bits + 1]) {
        const near = floatOfHalf(other & 0xffff);
        if (Number.isFinite(near)) expect(found).toBeLessThanOrEqual(Math.abs(near - x));
      }
    }),
  );
});

test.each<[string, number, number[], number[]]>([
  ['int8', 3, [255, 1], [-1, 1]],
  ['uint8', 2, [255, 1], [255, 1]],
  ['bool', 9, [1, 0], [1, 0]],
  ['int16', 5, [254, 255], [-2]],
  ['bfloat16', 16, [192, 63], [1.5]],
  ['float16', 10, [0, 62], [1.5]],
  ['int64', 7, [255, 255, 255, 255, 255, 255, 255, 127], [2 ** 63 - 1024]],
  ['uint64', 13, [1, 0, 0, 0, 0, 0, 0, 0], [1]],
])('raw values of %s are read', (_, type, raw, expected) => {
  const tensor = { name: 't', shape: [expected.length], type, raw: Uint8Array.from(raw) };
  expect([...valuesOf(tensor).data]).toEqual(expected);
});

test('a tensor of more values than the file has is refused before room is made for them', () => {
  const tensor = { name: 'W', shape: [2 ** 20, 2 ** 20], type: 1, raw: new Uint8Array(8) };
  expect(() => valuesOf(tensor)).toThrow(
    'onnx: the tensor "W" of shape [1048576, 1048576] needs 1099511627776 values, the file has 2',
  );
});

test('a file is made of what its parts say', () => {
  expect(decodeModelProto(fileOf(layer()), 'file').graph.nodes.map(({ type }) => type)).toEqual(['Gemm', 'Relu']);
});

test('numbers that end with 64 bits, and doubles one by one, are written again', () => {
  const ends = 2 ** 63 - 1024;
  const doubles = { name: 'd', shape: [2], type: 11, typed: [0.1, -2.5] };
  const proto = protoOf({
    nodes: [node('Slice', ['x'], ['y'], { ends: { integers: [ends] }, axis: { integer: -ends } })],
    initializers: [integers('e', [1], [ends]), doubles],
  });
  const { graph } = decodeModelProto(encodeModelProto(proto), 'file');
  expect(graph.nodes).toEqual(proto.graph.nodes);
  expect(graph.initializers[0]).toEqual(proto.graph.initializers[0]);
  expect([...valuesOf(graph.initializers[1]!).data]).toEqual([0.1, -2.5]);
});
