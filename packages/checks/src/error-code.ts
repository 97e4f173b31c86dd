/**
 * Every `code` of an error that Unbraid's libraries throw on purpose, and what it means. A program tells errors apart by `error.code`, which stays the
 * same where the words of a message change.
 */
export const ERROR_CODES = {
  setting: 'an option is unknown, of the wrong type, or out of range',
  data: "numbers, labels or shapes that were given don't fit",
  file: 'a file is not what its reader takes, is damaged, or cannot be read or written',
  limit: 'it would take more memory, rows, classes or bytes than there may be',
  model: "a model, a saved model or a checkpoint lacks something or doesn't fit",
  graph: "a graph can't be built, run or exported as it is",
  'not-finite': 'NaN or infinite values where numbers are needed, in input or result',
  missing: "an optional package or an ability of the machine that is needed isn't there",
  shape: "an operator or a layer can't take tensors of these shapes or element types",
  compile: 'ONNX Runtime refused a graph, or failed while running it',
  diverged: 'a loss, a gradient or a parameter stopped being finite in training, or only grows',
  state: 'something was used after its release, while it was at work, or outside the call that it is for',
  run: 'a run of an experiment met a known failure, such as a full disk or a damaged file',
  internal: 'something that is not up to the caller failed: a thread, a library or the system',
} as const satisfies Readonly<Record<string, string>>;

/** One of `ERROR_CODES`. */
export type ErrorCode = keyof typeof ERROR_CODES;
