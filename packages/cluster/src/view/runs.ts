import { HEARTBEAT, type RunId } from '../cluster.ts';
import type { Database } from '../database/database.ts';
import { activeIf, overview, type RunRow, type UnitsRow, unitCounts } from '../status.ts';
import type { ViewedRun } from './view.ts';

/** What of a run is read each time: one row, without its configuration and its units. */
type Standing = Pick<RunRow, 'id' | 'name' | 'status' | 'error' | 'requires' | 'age'> & {
  readonly fingerprint: string;
};

/** What is read less often. */
interface Counted extends UnitsRow, Pick<RunRow, 'id' | 'experiment' | 'preset'> {
  readonly heard: number;
  readonly ended: number | null;
}

/** Of a run, as it was last counted. */
interface Known {
  readonly counted: Counted;
  readonly said: string;
  /** By this process's clock, in milliseconds. */
  readonly at: number;
}

/** Where counting takes longer, in milliseconds, it is not done each time, but so seldom that it takes a tenth of the server's time. */
const LONG = 100;
const SHARE = 10;

/** A reader of all runs that counts units only where their number may have changed: a database keeps runs that ended months ago. */
export function createRunReader(database: Database): () => Promise<readonly ViewedRun[]> {
  let known = new Map<RunId, Known>();
  let took = 0;
  let countedAt = 0;

  function toCount(standings: readonly Standing[]): readonly Standing[] {
    const isDue = took < LONG || performance.now() - countedAt > SHARE * took;
    return standings.filter((run) => {
      const before = known.get(run.id);
      if (before === undefined || before.said !== wordsOf(run)) return true;
      return isDue && (run.status === 'offered' || before.counted.active > 0);
    });
  }

  return async () => {
    const standings = await database.query<Standing>(
      `select id::text, name, fingerprint, status, error, requires, extract(epoch from now() - offered_at)::float8 as age
       from unbraid.run order by run.id`,
    );
    const changing = toCount(standings);
    const began = performance.now();
    const counted = changing.length === 0 ? [] : await countUnits(database, changing);
    const at = performance.now();
    if (counted.length > 0) [took, countedAt] = [at - began, at];
    const fresh = new Map(counted.map((counts) => [counts.id, counts]));
    known = new Map(
      standings.flatMap((run): [RunId, Known][] => {
        const counts = fresh.get(run.id);
        const entry = counts === undefined ? known.get(run.id) : { counted: counts, said: wordsOf(run), at };
        // One that was removed between the two questions is in neither.
        return entry === undefined ? [] : [[run.id, entry]];
      }),
    );
    return standings.flatMap(({ fingerprint, ...run }) => {
      const entry = known.get(run.id);
      if (entry === undefined) return [];
      const { ended, heard, ...rest } = entry.counted;
      const since = ended === null ? undefined : ended + (at - entry.at) / 1000;
      return [{ ...overview({ ...run, ...rest }), fingerprint, heard, ended: since }];
    });
  };
}

const wordsOf = ({ status, error, name }: Standing): string => JSON.stringify([status, error, name]);

function countUnits(database: Database, runs: readonly Standing[]): Promise<readonly Counted[]> {
  return database.query<Counted>(
    `select run.id::text, config::json ->> 'experiment' as experiment, config::json ->> 'preset' as preset, units.*
     from unbraid.run, lateral (
       select ${unitCounts}, (count(*) filter (where ${activeIf(` and heartbeat_on > now() - ${HEARTBEAT} * interval '1 s'`)}))::int as heard,
         extract(epoch from now() - max(done_at))::float8 as ended from unbraid.unit where unit.run = run.id) as units
     where run.id = any ($1::bigint[])`,
    [runs.map(({ id }) => id)],
  );
}
