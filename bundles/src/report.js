// Goes into every bundle: gathers what a program prints, and hands it to whoever started the program.
const printed = [];

const plain = (_, value) => {
  if (ArrayBuffer.isView(value)) return Array.from(value, Number);
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return String(value);
  return value;
};

console.log = (...values) => {
  printed.push(JSON.parse(JSON.stringify(values, plain)));
};

/** Runs a program by importing it. */
export async function report(load) {
  const start = performance.now();
  let failure;
  try {
    await load();
  } catch (error) {
    failure = error instanceof Error ? `${error.stack}` : String(error);
  }
  const result = { printed, failure, milliseconds: performance.now() - start };
  if (typeof document !== 'undefined') globalThis.result = result;
  else if (typeof process !== 'undefined') process.stdout.write(JSON.stringify(result));
  else postMessage(result);
}
