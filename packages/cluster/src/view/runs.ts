import { HEARTBEAT, type RunId } from '../cluster.ts';
import type { Database } from '../database/database.ts';
import { activeIf, overview, type RunRow, type UnitsRow, unitCounts } from '../status.ts';
import type { ViewedRun } from './view.ts';

/** What of a run is read each time: one row, without its configuration and its units. */
type Standing = Omit<RunRow, keyof UnitsRow> & { readonly fingerprint: string };

interface Counted extends UnitsRow {
  readonly id: RunId;
  readonly heard: number;
  readonly ended: number | null;
}

/** Of a run, as it was last counted. */
interface Known {
  readonly counts: Counted;
  readonly said: string;
  /** By this process's clock, in milliseconds. */
  readonly at: number;
}

/** A reader of all runs that counts units only where their number may have changed: a database keeps runs that ended months ago. */
export function createRunReader(database: Database): () => Promise<readonly ViewedRun[]> {
  let known = new Map<RunId, Known>();
  return async () => {
    const standings = await database.query<Standing>(
      `select id::text, name, fingerprint, config::json ->> 'experiment' as experiment, config::json ->> 'preset' as preset, status, error,
         requires, extract(epoch from now() - offered_at)::float8 as age
       from unbraid.run order by id`,
    );
    const wordsOf = ({ status, error, name }: Standing) => JSON.stringify([status, error, name]);
    const changing = standings.filter((run) => {
      const before = known.get(run.id);
      return (
        before === undefined || run.status === 'offered' || before.counts.active > 0 || before.said !== wordsOf(run)
      );
    });
    const counted = changing.length === 0 ? [] : await countUnits(database, changing);
    const at = performance.now();
    const fresh = new Map(counted.map((counts) => [counts.id, counts]));
    known = new Map(
      standings.map((run) => {
        const counts = fresh.get(run.id);
        return [run.id, counts === undefined ? known.get(run.id)! : { counts, said: wordsOf(run), at }];
      }),
    );
    return standings.map(({ fingerprint, ...run }) => {
      const { counts, at: countedAt } = known.get(run.id)!;
      const { ended, heard, id: _, ...units } = counts;
      const since = ended === null ? undefined : ended + (at - countedAt) / 1000;
      return { ...overview({ ...run, ...units }), fingerprint, heard, ended: since };
    });
  };
}

function countUnits(database: Database, runs: readonly Standing[]): Promise<readonly Counted[]> {
  return database.query<Counted>(
    `select run.id::text, units.* from unbraid.run, lateral (
       select ${unitCounts}, (count(*) filter (where ${activeIf(` and heartbeat_on > now() - ${HEARTBEAT} * interval '1 s'`)}))::int as heard,
         extract(epoch from now() - max(done_at))::float8 as ended from unbraid.unit where unit.run = run.id) as units
     where run.id = any ($1::bigint[])`,
    [runs.map(({ id }) => id)],
  );
}
