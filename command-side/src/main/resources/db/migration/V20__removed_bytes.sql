-- Bytes that nobody holds are removed by a job, which may be slow, or late. Who claims them again meanwhile keeps them
-- in a place that had none before. The row stays for a day after that, so that no request still under way removes new bytes.
alter table attachment.object
    add column place       uuid,        -- null: the first
    add column released_at timestamptz; -- null: held

-- From when on bytes may be removed from the first place. A program from before this migration knows no other place, and may
-- store there what is just being removed, so there is an hour to replace all of them.
create table attachment.first_place (
    removable_from timestamptz not null
);

insert into attachment.first_place
select case when exists (select from events.domain_event_entry) then now() + interval '1 hour' else to_timestamp(0) end;

-- Jobs that call a store, with threads of their own: one that hangs holds up no other jobs.
create table attachment.jobs (like events.scheduled_tasks including all);
