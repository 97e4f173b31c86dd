/** Writes a file whole or not at all. */
export type WriteFile = (path: string, content: string | Uint8Array) => Promise<void>;
