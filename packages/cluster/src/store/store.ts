/** Where values are kept that are too large for the database: all of a run's machines reach it. */
export interface Store {
  /**
   * Keeps bytes under a name that says what they are; those that are there already stay.
   * @param name of letters, digits, `-`, `/`
   */
  put(name: string, bytes: Uint8Array, sha256: Uint8Array): Promise<void>;
  /** @throws {RunError} where there are none */
  get(name: string): Promise<Uint8Array>;
  remove(name: string): Promise<void>;
}
