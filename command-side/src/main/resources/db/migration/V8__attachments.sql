-- The bytes of attached files, and who holds them. The bytes themselves are on a disk or in S3.
create schema attachment;

-- Bytes that may be in the store: the row to lock before they are claimed or removed.
create table attachment.object (
    sha256 text primary key
);

-- A claim on bytes, which ends by itself, until it is an attachment's.
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

-- What a client has told of a file that it is going to send by a signed URL.
create table attachment.upload (
    id           uuid primary key references attachment.file on delete cascade,
    task_id      uuid  not null,
    content_type text  not null,
    sealed_name  bytea not null -- under its owner's key
);
