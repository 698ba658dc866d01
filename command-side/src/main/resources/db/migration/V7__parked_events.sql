-- Events that a saga failed on, and those of the same user behind them: each has a job that waits for its turn.
create table events.parked_event (
    id             bigint generated always as identity primary key,
    processor_name text   not null,
    user_id        uuid   not null,
    aggregate_id   text   not null,
    sequence       bigint not null,
    unique (processor_name, aggregate_id, sequence)
);
create index on events.parked_event (processor_name, user_id, id);

create index on events.scheduled_tasks (task_name) where consecutive_failures > 0;
