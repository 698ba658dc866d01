-- What happened. Payloads are JSON in bytea: their bytes are what is sealed later, so nothing may reformat them.
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
    -- The writing transaction: lets a reader who needs every event in order stop before those still being written.
    xid                  xid8   not null default pg_current_xact_id(),
    -- The one guard against two writers of the same version.
    unique (aggregate_identifier, sequence_number)
);

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

-- Secrets, and what ties a person to them. None of this is history: it can be changed and destroyed.
create schema identity;

create table identity.email_claim (
    email   text primary key,
    user_id uuid not null unique
);

create table identity.credential (
    user_id       uuid primary key,
    password_hash text not null
);

create table identity.session (
    id           uuid primary key,
    user_id      uuid        not null,
    user_agent   text,
    created_at   timestamptz not null,
    last_used_at timestamptz not null,
    expires_at   timestamptz not null
);
create index on identity.session (user_id);

create table identity.refresh_token (
    token_hash bytea primary key,
    session_id uuid        not null references identity.session on delete cascade,
    issued_at  timestamptz not null
);
create index on identity.refresh_token (session_id);

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
