import { expect, test } from 'vitest';
import { findNative } from './find.ts';
import { loadLibrary, openLibrary } from './library.ts';
import { TABLE } from './table.ts';

test('the library is the one that the table of its functions was tried with', () => {
  expect(loadLibrary().version).toBe(TABLE.library);
  expect(findNative().version).toBe(TABLE.library);
});

test('a table of another version is refused', () => {
  const { path, koffi } = findNative();
  expect(() => openLibrary(koffi, path, { ...TABLE, library: '1.29.0' })).toThrow(
    `${path} is ONNX Runtime 1.30.0, the table of its functions is that of 1.29.0`,
  );
});

test('a failure of the library is an error with its message', () => {
  const ort = loadLibrary();
  const options = ort.createSessionOptions();
  expect(() => ort.addSessionConfigEntry(options, '', 'value')).toThrow('Config key is empty');
  ort.releaseSessionOptions(options);
});
