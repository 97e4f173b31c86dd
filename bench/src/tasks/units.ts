/** Units for `sides/units.ts`. */
export interface UnitsTask {
  readonly units: number;
  /** Of a unit's own work; a thousand take some 25 µs. */
  readonly sines: number;
  /** None for this process. */
  readonly workers: number;
}

/** What `sides/units.ts` prints. */
export interface UnitsOutcome {
  /** Of the whole run. */
  readonly seconds: number;
  /** Taken a second, from the first of them on. */
  readonly rate: number;
  /** Processor time that the run's own process took for a unit, from the first on. */
  readonly processorMilliseconds: number;
  /** The most memory that this process took. */
  readonly peakMegabytes: number;
  /** Of values, which every number of workers has to give. */
  readonly total: number;
}
