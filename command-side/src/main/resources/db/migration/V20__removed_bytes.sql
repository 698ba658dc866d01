-- Bytes that nobody holds are removed by a job, which may be slow, or late. Who claims them again meanwhile keeps them
-- in a place that had none before. The row stays for a day after that, so that no request still under way removes new bytes.
alter table attachment.object
    add column place       uuid,        -- null: the first
    add column released_at timestamptz; -- null: held

-- Jobs that call a store, with threads of their own: one that hangs holds up no other jobs.
create table attachment.jobs (like events.scheduled_tasks including all);
