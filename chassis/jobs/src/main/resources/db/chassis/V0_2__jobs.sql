-- Sagas.
create table events.saga_entry (
    saga_id         text primary key,
    saga_type       text  not null,
    revision        text,
    serialized_saga bytea not null
);

create table events.association_value_entry (
    id                bigint generated always as identity primary key,
    association_key   text not null,
    association_value text not null,
    saga_id           text not null,
    saga_type         text not null
);
create index on events.association_value_entry (association_key, association_value, saga_type);
create index on events.association_value_entry (saga_id, saga_type);

-- Jobs and deadlines, in the layout of db-scheduler 16.
create table events.scheduled_tasks (
    task_name            text        not null,
    task_instance        text        not null,
    task_data            bytea,
    execution_time       timestamptz not null,
    picked               boolean     not null,
    picked_by            text,
    last_success         timestamptz,
    last_failure         timestamptz,
    consecutive_failures integer,
    last_heartbeat       timestamptz,
    version              bigint      not null,
    priority             smallint,
    primary key (task_name, task_instance)
);
create index on events.scheduled_tasks (execution_time);
create index on events.scheduled_tasks (last_heartbeat);
create index on events.scheduled_tasks (priority desc, execution_time);
create index on events.scheduled_tasks (task_name) where consecutive_failures > 0;

-- Events that a saga failed on, and later events of the same user: each has a job, which waits for its turn.
create table events.parked_event (
    id             bigint generated always as identity primary key,
    processor_name text   not null,
    user_id        uuid   not null,
    aggregate_id   text   not null,
    sequence       bigint not null,
    unique (processor_name, aggregate_id, sequence)
);
create index on events.parked_event (processor_name, user_id, id);
