-- What each processor of the command side failed on last. It still does while its position is before that.
create table events.processor_failure (
    processor_name text        primary key,
    error          text        not null,
    position       bigint      not null,
    failed_at      timestamptz not null
);
