/**
 * Steps of the schema `unbraid`, in their order: the first is number 1. A step that was published is never changed; what is to be different is a step more.
 * Times are the database's.
 */
export const migrations: readonly string[] = [
  `
  create table unbraid.run (
    id bigint generated always as identity primary key,
    -- SHA-256 of what config.json says.
    fingerprint text not null unique,
    name text not null,
    -- Text and not jsonb: what it says is kept word by word.
    config text not null,
    -- Versions that its workers have.
    requires text not null,
    status text not null default 'offered' check (status in ('offered', 'cancelled', 'failed', 'done')),
    error text,
    offered_at timestamptz not null default now()
  );

  create table unbraid.worker (
    id bigint generated always as identity primary key,
    machine text not null,
    process int not null,
    cores int not null,
    versions jsonb not null,
    began_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    left_at timestamptz
  );

  create table unbraid.unit (
    run bigint not null references unbraid.run on delete cascade,
    key text not null,
    -- The group that it is of, or, where it is sequential, before whose units it was done.
    grp int not null,
    sequential boolean not null default false,
    -- Within its group.
    ordinal int not null,
    -- How often it was taken, how often its process died, and how often its worker fell silent.
    attempt int not null default 0,
    deaths int not null default 0,
    silences int not null default 0,
    worker bigint references unbraid.worker on delete set null,
    -- Of the queue, while it isn't done.
    job uuid,
    -- Its checkpoint: here, or where "reference" says.
    value bytea,
    reference text,
    sha256 bytea,
    error text,
    seconds double precision,
    done_at timestamptz,
    -- The attempt that it was done by.
    done_by int,
    -- How often it was offered, and at which of these the holder of the run's directory took its result.
    offers int not null default 1,
    collected int not null default 0,
    primary key (run, key)
  );
  -- Numbers don't compress.
  alter table unbraid.unit alter value set storage external;
  -- The only one beside the key: what else changes while a unit is taken is in no index, and so cheap to change.
  create index unit_to_collect on unbraid.unit (run, done_at) where done_at is not null and collected < offers;

  create table unbraid.state (
    run bigint not null,
    key text not null,
    file text not null,
    value bytea,
    reference text,
    sha256 bytea not null,
    primary key (run, key, file),
    foreign key (run, key) references unbraid.unit on delete cascade
  );
  alter table unbraid.state alter value set storage external;

  -- One row: when silent workers were last looked for, and since when somebody does without a pause.
  create table unbraid.tended (at timestamptz not null, since timestamptz not null);
  insert into unbraid.tended values ('-infinity', '-infinity');
  `,
];
