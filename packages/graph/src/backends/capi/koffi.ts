/** What is used of koffi, whose binaries are loaded without the package that has its types. */
export interface Koffi {
  load(path: string): { func(name: string, result: string, args: readonly unknown[]): Callable };
  decode(address: bigint, type: unknown): unknown;
  array(type: unknown, length: number): unknown;
  proto(result: string, args: readonly unknown[]): unknown;
  out(type: unknown): unknown;
  pointer(type: unknown): unknown;
  address(view: ArrayBufferView): bigint;
}

export type Callable = (...given: unknown[]) => unknown;
