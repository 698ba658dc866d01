-- What the command side does because of events: sagas, and how far each of its processors has come.
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

create table events.token_entry (
    processor_name text    not null,
    segment        integer not null,
    token          bytea,
    token_type     text,
    time_stamp     text    not null,
    owner          text,
    primary key (processor_name, segment)
);

-- A processor with effects outside begins with what happens from now on: nobody is told today of a password that was
-- changed last year. Where nothing happened yet it begins at the beginning, by itself.
insert into events.token_entry (processor_name, segment, token, token_type, time_stamp)
select name,
       0,
       convert_to(format('{"index":%s,"gaps":[]}', head), 'UTF8'),
       'org.axonframework.eventhandling.GapAwareTrackingToken',
       to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
from unnest(array ['password-reset', 'password-notice']) name,
     (select max(global_index) head from events.domain_event_entry) history
where head is not null;

-- Jobs and deadlines, as db-scheduler 16 lays them out.
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

-- A user's newest request to reset the password, and the token that was mailed last for it, if there is one. An older
-- request has no row, so no token.
create table identity.reset_token (
    user_id    uuid primary key,
    request_id uuid not null unique,
    token_hash bytea unique,
    expires_at timestamptz
);
