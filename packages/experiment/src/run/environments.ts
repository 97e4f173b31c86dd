import { differences, type Environment } from './environment.ts';

/** Where the parts of a run were computed: this session's environment and those of the checkpoints that it takes over. */
export interface Environments {
  add(environment: Environment): void;
  /** Of this session, where more than one process of the machine did units. */
  setWorkers(workers: number): void;
  /** In the order in which the run's parts tell of them, this session's last. */
  all(): Environment[];
}

/** @param onNote hears of the first that may give other numbers */
export function gatherEnvironments(session: Environment, onNote: ((note: string) => void) | undefined): Environments {
  const others: Environment[] = [];
  let own = session;
  return {
    add(environment) {
      if ([own, ...others].some((known) => differences(known, environment) === '')) return;
      others.push(environment);
      if (others.length > 1) return;
      onNote?.(
        `parts of this run were computed elsewhere or with other versions (${differences(environment, own)}): ` +
          "its numbers may differ from an uninterrupted run's",
      );
    },
    setWorkers(workers) {
      own = { ...own, machine: { ...own.machine, workers } };
    },
    all: () => [...others, own],
  };
}
