-- Who wants, or once wanted, a summary of the day, and when they get the next one.
create table events.summary_subscription (
    user_id     uuid primary key,
    time_zone   text    not null,
    hour        integer not null,
    wanted      boolean not null,
    enabled     boolean not null,
    settled_day date    not null, -- in the user's zone: nothing is owed for it, nor for any day before
    mailed_day  date,             -- the last one that there was a mail for
    next_at     timestamptz       -- null while none is wanted
);
create index on events.summary_subscription (next_at) where next_at is not null;

-- Jobs that somebody waits for go before those that there are very many of.
create index on events.scheduled_tasks (priority desc, execution_time);
