set local lock_timeout = '15s';
lock table events.domain_event_entry in access exclusive mode;

-- The events since the first of the three migrations.
insert into events.aggregate_head as head
select aggregate_identifier, max(sequence_number) from events.domain_event_entry
where global_index > (select last from events.first_partition)
group by aggregate_identifier
on conflict (aggregate_identifier)
    do update set sequence_number = greatest(head.sequence_number, excluded.sequence_number);

alter table events.domain_event_entry rename to domain_event_entry_1;
alter table events.domain_event_entry_1 rename constraint domain_event_entry_pkey to domain_event_entry_1_pkey;
alter table events.domain_event_entry_1
    rename constraint domain_event_entry_event_identifier_key to domain_event_entry_1_event_identifier_key;
alter table events.domain_event_entry_1
    rename constraint domain_event_entry_aggregate_identifier_sequence_number_key
    to domain_event_entry_1_aggregate_identifier_sequence_number_key;

do $$
declare
    position record;
begin
    select last_value as last, is_called into position from events.domain_event_entry_global_index_seq;
    alter table events.domain_event_entry_1 alter column global_index drop identity;

    create table events.domain_event_entry (
        global_index         bigint generated always as identity primary key,
        event_identifier     text   not null,
        aggregate_identifier text   not null,
        sequence_number      bigint not null,
        type                 text   not null,
        time_stamp           text   not null,
        payload_type         text   not null,
        payload_revision     text,
        payload              bytea  not null,
        meta_data            bytea  not null,
        -- The writing transaction: a reader that needs all events in order stops before the open ones.
        xid                  xid8   not null default pg_current_xact_id()
    ) partition by range (global_index);

    perform setval('events.domain_event_entry_global_index_seq', position.last, position.is_called);
    execute format(
        'alter table events.domain_event_entry attach partition events.domain_event_entry_1 for values from (minvalue) to (%s)',
        (select excluded from events.first_partition));
end $$;

alter table events.domain_event_entry_1 drop constraint first_partition;
drop table events.first_partition;

create or replace view events.audited_event as
select *,
       events.simple_name(payload_type) as name,
       events.origin(meta_data, 'actor') as actor,
       events.origin(meta_data, 'correlationId') as correlation_id
from events.domain_event_entry;

-- The only guard against two writers of the same version: a unique index covers one partition. The first statement locks the
-- row of the aggregate in any case, so the second writer waits for the first. The search is for events that are put back
-- by hand.
create function events.move_head() returns trigger
    language plpgsql as $$
begin
    insert into events.aggregate_head as head values (new.aggregate_identifier, new.sequence_number)
    on conflict (aggregate_identifier) do update set sequence_number = excluded.sequence_number
        where head.sequence_number < excluded.sequence_number;
    if not found and exists (
        select from events.domain_event_entry
        where aggregate_identifier = new.aggregate_identifier and sequence_number = new.sequence_number) then
        raise unique_violation using message = format(
            'The aggregate %s has an event of the sequence number %s',
            new.aggregate_identifier, new.sequence_number);
    end if;
    return new;
end $$;

create trigger move_head before insert on events.domain_event_entry
    for each row execute function events.move_head();

-- The partitions in the order of their positions. The first one has no first position.
create view events.event_partition as
select partition.relname::text as name,
       substring(bounds from 'FROM \(''(\d+)''\)')::bigint as first_position,
       substring(bounds from 'TO \(''(\d+)''\)')::bigint - 1 as last_position
from pg_inherits join pg_class partition on partition.oid = inhrelid,
     pg_get_expr(relpartbound, partition.oid) as bounds
where inhparent = 'events.domain_event_entry'::regclass
order by last_position;

-- Adds empty partitions until there are some number after the one in use. It blocks no reader and no writer. The owner of
-- the table runs it, so that other users of the database may call it.
create function events.add_partitions(size bigint, ahead integer) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    used  bigint;
    first bigint;
begin
    loop
        select case when is_called then last_value else 0 end into used from events.domain_event_entry_global_index_seq;
        exit when (select count(*) from events.event_partition where first_position > used) >= ahead;
        -- One process adds them at a time.
        lock table events.domain_event_entry in share update exclusive mode;
        select max(last_position) + 1 into first from events.event_partition;
        continue when (select count(*) from events.event_partition where first_position > used) >= ahead;
        execute format(
            'create table events.domain_event_entry_%s (
                like events.domain_event_entry including defaults,
                primary key (global_index), unique (event_identifier), unique (aggregate_identifier, sequence_number))',
            first);
        execute format(
            'alter table events.domain_event_entry attach partition events.domain_event_entry_%s for values from (%s) to (%s)',
            first, first, greatest(first, used + 1) + size);
    end loop;
end $$;

select events.add_partitions(5000000, 2);
