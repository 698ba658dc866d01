-- The bytes of files are on a disk or in S3.
create schema attachment;

-- Bytes that may be in the store. A transaction locks the row before it claims or removes them. The row of released bytes
-- stays for a day, so that no open request removes new bytes.
create table attachment.object (
    sha256      text primary key,
    place       uuid,       -- null: the first
    released_at timestamptz -- null: held
);

-- A claim on bytes. It expires unless a file gets it.
create table attachment.file (
    id            uuid primary key,
    attachment_id uuid unique,
    owner_id      uuid        not null,
    sha256        text        not null references attachment.object,
    size          bigint      not null,
    created_at    timestamptz not null,
    expires_at    timestamptz not null
);
create index on attachment.file (owner_id);
create index on attachment.file (sha256);
create index on attachment.file (created_at) where attachment_id is null;

-- The description of a file that a client is going to send by a signed URL.
create table attachment.upload (
    id           uuid primary key references attachment.file on delete cascade,
    task_id      uuid  not null,
    content_type text  not null,
    sealed_name  bytea not null -- encrypted with its owner's key
);

-- The time from which bytes may be removed from the first place.
create table attachment.first_place (
    removable_from timestamptz not null
);

insert into attachment.first_place values (to_timestamp(0));

-- Jobs that call a store, with their own threads: one that hangs holds up no other jobs.
create table attachment.jobs (like events.scheduled_tasks including all);
