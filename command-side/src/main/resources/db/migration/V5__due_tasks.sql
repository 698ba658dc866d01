-- The tasks that have a time, as far as the sweep and the summary must know them, and those that are done: they may get
-- a time later. Whoever keeps it handles each event once, so on an existing store, too, it begins where history did.
create table events.due_task (
    task_id  uuid primary key,
    owner_id uuid        not null,
    due_at   timestamptz,
    done     boolean     not null default false,
    deleted  boolean     not null default false,
    overdue  boolean     not null default false -- it is marked so
);
create index on events.due_task (owner_id, due_at) where not done and not deleted;
create index on events.due_task (due_at, task_id) where not done and not deleted and not overdue;
