-- A Merkle tree over all events in the order of their positions: its leaves, its complete inner nodes, and what was
-- signed of it. Rows are added, never changed.
create table events.seal_leaf (
    leaf_index bigint primary key,
    position   bigint not null unique,
    hash       bytea  not null
);

create table events.seal_node (
    level      smallint not null,
    node_index bigint   not null,
    hash       bytea    not null,
    primary key (level, node_index)
);

create table events.seal_head (
    size      bigint primary key,
    -- Up to here all positions were final when this was signed: whatever appears there later was not written by us.
    position  bigint      not null,
    root      bytea       not null,
    signed_at timestamptz not null,
    kid       text        not null,
    signature bytea       not null
);
