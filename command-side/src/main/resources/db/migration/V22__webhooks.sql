-- The webhooks of the users. The address, the description and the secrets are encrypted under the user's key. The query
-- side reads this table, and delivers to the enabled ones.
create table identity.webhook (
    id                 uuid primary key,
    owner              uuid        not null,
    url                bytea       not null,
    description        bytea       not null,
    types              text[],              -- null: all
    enabled            boolean     not null,
    disabled_reason    text,
    version            bigint      not null,
    enabled_version    bigint      not null, -- the version that enabled it last: later notifications are delivered
    created_at         timestamptz not null,
    secret             bytea       not null,
    previous_secret    bytea,
    previous_until     timestamptz
);
create index on identity.webhook (owner, created_at, id);

-- Deliveries. Only the query side writes here.
create schema push;

-- The last notification of the owner that became deliveries of a webhook, since the version that enabled it.
create table push.webhook_cursor (
    webhook         uuid primary key,
    enabled_version bigint not null,
    sequence        bigint not null
);

create table push.delivery (
    id              uuid primary key,
    webhook         uuid        not null,
    owner           uuid        not null,
    notification    uuid        not null,
    sequence        bigint,
    type            text        not null,
    state           text        not null,
    attempts        integer     not null,
    response_status integer,
    error           text,
    created_at      timestamptz not null,
    last_attempt_at timestamptz,
    next_attempt_at timestamptz,
    unique (webhook, notification)
);
create index on push.delivery (webhook, created_at, id);
create index on push.delivery (created_at);
create index on push.delivery (owner);

-- Webhooks that are to be disabled: the receiver answered 410, or no attempt succeeded for five days. A job of the
-- command side sends the command and the mail. The reason holds for the named version alone.
create table push.webhook_pause (
    webhook         uuid primary key,
    enabled_version bigint      not null,
    reason          text        not null,
    created_at      timestamptz not null
);

-- As db-scheduler 16 lays them out.
create table push.scheduled_tasks (
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
create index on push.scheduled_tasks (execution_time);
create index on push.scheduled_tasks (last_heartbeat);
