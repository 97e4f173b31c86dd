import type { RunConfig } from '@unbraid/experiment';
import type { Cluster, Ending, Job, StoredState } from '../src/cluster.ts';

/** What became of a unit of the fake. */
export interface FakeUnit {
  readonly run: string;
  readonly group: number;
  readonly key: string;
  status: 'waiting' | 'active' | 'done' | 'failed';
  attempt: number;
  deaths: number;
  value?: string;
  error?: string;
  readonly states: Map<string, string>;
  /** Increased when the unit is taken from its worker. */
  epoch: number;
}

/** A cluster in memory: what a supervisor asks of it, and nothing more. `log` has what happened, in order. */
export function fakeCluster(units: readonly (readonly [group: number, key: string])[], run = '1') {
  const log: string[] = [];
  const all: FakeUnit[] = units.map(([group, key]) => ({
    run,
    group,
    key,
    status: 'waiting',
    attempt: 0,
    deaths: 0,
    states: new Map(),
    epoch: 0,
  }));
  const refused = { run: '', name: 'other', requires: 'unbraid 9.9.9' };

  function jobOf(unit: FakeUnit): Job {
    const epoch = ++unit.epoch;
    unit.status = 'active';
    unit.attempt++;
    const isOurs = () => unit.epoch === epoch && unit.status === 'active';
    const end = (status: FakeUnit['status'], change: () => void): Ending => {
      if (!isOurs()) {
        log.push(`late ${unit.key}`);
        return 'late';
      }
      unit.status = status;
      change();
      log.push(`${status} ${unit.key}`);
      return 'kept';
    };
    return {
      run: unit.run,
      group: unit.group,
      key: unit.key,
      attempt: unit.attempt,
      touch: async () => isOurs(),
      states: async () => [...unit.states].map(([file, text]): StoredState => ({ file, bytes: Buffer.from(text) })),
      async saveState(file, bytes) {
        if (isOurs()) unit.states.set(file, Buffer.from(bytes).toString());
        log.push(`state ${unit.key}`);
      },
      async removeState(file) {
        if (isOurs()) unit.states.delete(file);
      },
      complete: async (bytes) =>
        end('done', () => {
          unit.value = Buffer.from(bytes).toString();
        }),
      fail: async (message) =>
        end('failed', () => {
          unit.error = message;
        }),
      died: async (message) =>
        end(unit.deaths === 2 ? 'failed' : 'waiting', () => {
          unit.deaths++;
          unit.error = message;
        }),
      release: async () => void end('waiting', () => undefined),
    };
  }

  const cluster = {
    address: 'fake',
    run: async (id: string) => ({
      id,
      name: 'fake',
      config: { experiment: 'test/fake' } as RunConfig,
      status: 'offered' as const,
      error: undefined,
    }),
    before: async (_: string, group: number) =>
      all.filter((unit) => unit.group < group && unit.status === 'done').map(({ key }) => key),
    value: async (_: string, key: string) => Buffer.from(all.find((unit) => unit.key === key)?.value ?? ''),
    register: async () => '1',
    seen: async () => undefined,
    leave: async () => void log.push('leave'),
    async take({ except = [] }) {
      // What comes before a group is done before it is offered.
      const isOffered = ({ group }: FakeUnit, i: number) =>
        all.slice(0, i).every((before) => before.group >= group || before.status === 'done');
      const unit = all.find((each, i) => each.status === 'waiting' && !except.includes(each.run) && isOffered(each, i));
      return unit && jobOf(unit);
    },
    refused: async () => (refused.run === '' ? [] : [refused]),
    change: (seconds: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, seconds * 1000);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
    status: async () => ({
      runs: [...new Set(all.map((unit) => unit.run))].map((id) => {
        const count = (status: string) => all.filter((unit) => unit.run === id && unit.status === status).length;
        const [waiting, active, done, failed] = ['waiting', 'active', 'done', 'failed'].map(count);
        const counts = { total: all.length, waiting: waiting!, active: active!, done: done!, failed: failed! };
        const about = { name: 'fake', experiment: 'test/fake', preset: 'short', requires: '', age: 0 };
        return { id, status: 'offered' as const, error: undefined, ...about, units: counts };
      }),
      workers: [],
    }),
  } satisfies Partial<Cluster>;
  return {
    /** What supervisors ask for and no more. */
    cluster: cluster as unknown as Cluster,
    units: all,
    unit: (key: string) => all.find((unit) => unit.key === key)!,
    log,
    refused,
    /** As after a heartbeat that didn't come, or a cancel. */
    take: (key: string) => {
      all.find((unit) => unit.key === key)!.epoch++;
    },
  };
}
