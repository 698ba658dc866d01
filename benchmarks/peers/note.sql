-- The table of the peers that keep notes in one.
create table note (
    id         uuid primary key,
    owner      uuid        not null,
    title      text        not null,
    content    text        not null,
    tags       text[]      not null,
    version    bigint      not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index on note (owner, updated_at desc, id);
