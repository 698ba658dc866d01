-- Payloads are JSON in bytea: their bytes are sealed, so nothing may reformat them.
create schema events;

create table events.domain_event_entry (
    global_index         bigint generated always as identity primary key,
    event_identifier     text   not null unique,
    aggregate_identifier text   not null,
    sequence_number      bigint not null,
    type                 text   not null,
    time_stamp           text   not null,
    payload_type         text   not null,
    payload_revision     text,
    payload              bytea  not null,
    meta_data            bytea  not null,
    -- The writing transaction: a reader that needs all events in order stops before the open ones.
    xid                  xid8   not null default pg_current_xact_id(),
    -- The only guard against two writers of the same version.
    unique (aggregate_identifier, sequence_number)
);

-- Auditors look up events by these. The functions are immutable in fact: stored bytes are UTF-8, whatever the encoding
-- of the database.
create function events.origin(meta_data bytea, name text) returns text
    language sql immutable parallel safe
    return convert_from(meta_data, 'UTF8')::jsonb ->> name;

create function events.simple_name(payload_type text) returns text
    language sql immutable parallel safe
    return substring(payload_type from '[^.]+$');

create index on events.domain_event_entry (type, global_index);
create index on events.domain_event_entry (events.simple_name(payload_type), global_index);
create index on events.domain_event_entry (events.origin(meta_data, 'actor'), global_index);
create index on events.domain_event_entry (events.origin(meta_data, 'correlationId'), global_index);
create index on events.domain_event_entry (time_stamp, global_index);

create table events.snapshot_event_entry (
    aggregate_identifier text   not null,
    sequence_number      bigint not null,
    type                 text   not null,
    event_identifier     text   not null unique,
    time_stamp           text   not null,
    payload_type         text   not null,
    payload_revision     text,
    payload              bytea  not null,
    meta_data            bytea  not null,
    primary key (aggregate_identifier, sequence_number)
);

-- The positions of the processors with effects, and the last failure of each. A processor fails until its position is
-- after that of the failure.
create table events.token_entry (
    processor_name text    not null,
    segment        integer not null,
    token          bytea,
    token_type     text,
    time_stamp     text    not null,
    owner          text,
    primary key (processor_name, segment)
);

create table events.processor_failure (
    processor_name text        primary key,
    error          text        not null,
    position       bigint      not null,
    failed_at      timestamptz not null
);

-- A Merkle tree over all events in the order of their positions: its leaves, its complete inner nodes and its signed
-- heads. Rows are added, never changed.
create table events.seal_leaf (
    leaf_index bigint primary key,
    position   bigint not null unique,
    hash       bytea  not null
);

create table events.seal_node (
    level      smallint not null,
    node_index bigint   not null,
    hash       bytea    not null,
    primary key (level, node_index)
);

create table events.seal_head (
    size      bigint primary key,
    -- All positions up to this one were final at the signature: an event that appears there later is forged.
    position  bigint      not null,
    root      bytea       not null,
    signed_at timestamptz not null,
    kid       text        not null,
    signature bytea       not null
);

-- Secrets, and the data that ties a person to events. It can be changed and destroyed.
create schema identity;

create table identity.session (
    id           uuid primary key,
    user_id      uuid        not null,
    user_agent   text,
    created_at   timestamptz not null,
    last_used_at timestamptz not null,
    expires_at   timestamptz not null
);
create index on identity.session (user_id);

create table identity.subject_key (
    subject    uuid primary key,
    sealed_key bytea not null
);

create table identity.signing_key (
    kid                text primary key,
    purpose            text        not null,
    public_key         bytea       not null,
    sealed_private_key bytea       not null,
    created_at         timestamptz not null,
    not_after          timestamptz
);

-- The time from which encrypted parts of events name their type and field.
create table identity.personal_parts (
    named_from timestamptz not null
);

insert into identity.personal_parts values (to_timestamp(0));
