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

-- The position of each webhook in the notifications of its owner, and the state of its deliveries.
create table push.webhook_cursor (
    webhook          uuid primary key,
    owner            uuid   not null,
    enabled_version  bigint not null, -- the version that enabled it, and the position of that event:
    enabled_position bigint not null, -- notifications of later events are delivered
    sequence         bigint not null, -- the last notification of the owner that was looked at
    due_at           timestamptz,     -- the time of the next attempt; null: no delivery is pending
    claimed_until    timestamptz,     -- until then one process makes the attempts
    failing_since    timestamptz      -- the first failed attempt after the last that succeeded
);
create index on push.webhook_cursor (due_at);

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
create index on push.delivery (webhook, next_attempt_at) where state = 'PENDING';

-- Webhooks that are to be disabled: the receiver answered 410, or no attempt succeeded for five days. A job of the
-- command side sends the command and the mail. The reason holds for the named version alone.
create table push.webhook_pause (
    webhook         uuid primary key,
    enabled_version bigint      not null,
    reason          text        not null,
    created_at      timestamptz not null
);
