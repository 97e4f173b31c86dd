import { Option } from 'commander';

/** The database of a worker. */
export const ON = [
  '--on <db>',
  'a Postgres database that `queue init` has prepared: postgres://user@host/name (the password as well, or in PGPASSWORD or ~/.pgpass)',
] as const;

/** Of commands that run experiments. */
export const ON_CLUSTER = (): Option =>
  new Option(
    '--on <db>',
    'let workers of other machines do independent parts of the run, by way of this Postgres database',
  ).conflicts('workers');

export const DETACH = [
  '--detach',
  'with --on: leave once the parts are in the database; `resume` with --on collects what was done',
] as const;
