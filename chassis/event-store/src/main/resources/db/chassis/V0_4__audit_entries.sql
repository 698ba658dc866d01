-- Auditors look up events by these. The sealer enters events in batches, in the order of their positions: an index of the
-- event table would cost each append.
create table events.audit_entry (
    global_index   bigint primary key,
    type           text   not null,
    name           text   not null,
    actor          text,
    correlation_id text,
    time_stamp     text   not null
);

create index on events.audit_entry (type, global_index);
create index on events.audit_entry (name, global_index);
create index on events.audit_entry (actor, global_index);
create index on events.audit_entry (correlation_id, global_index);
create index on events.audit_entry using brin (time_stamp) with (pages_per_range = 16, autosummarize = on);

-- Null if the metadata is not JSON: no index refuses such rows any more. Not parallel safe: a handler of exceptions is a
-- subtransaction.
create or replace function events.origin(meta_data bytea, name text) returns text
    language plpgsql immutable as $$
begin
    return convert_from(meta_data, 'UTF8')::jsonb ->> name;
exception when others then
    return null;
end $$;

-- The events, each with the values of its entry.
create view events.audited_event as
select *,
       events.simple_name(payload_type) as name,
       events.origin(meta_data, 'actor') as actor,
       events.origin(meta_data, 'correlationId') as correlation_id
from events.domain_event_entry;

-- The indexes that the entries replace. The sealer drops them when all events have entries. Programs from before this
-- migration need them, so there is an hour to replace all of them.
create table events.former_index (
    name           text        primary key,
    droppable_from timestamptz not null
);

insert into events.former_index
select name, case when exists (select from events.domain_event_entry) then now() + interval '1 hour' else to_timestamp(0) end
from unnest(array[
    'domain_event_entry_type_global_index_idx',
    'domain_event_entry_simple_name_global_index_idx',
    'domain_event_entry_origin_global_index_idx',
    'domain_event_entry_origin_global_index_idx1',
    'domain_event_entry_time_stamp_global_index_idx']) as name;

do $$
declare
    former record;
begin
    for former in delete from events.former_index where droppable_from <= now() returning name loop
        execute format('drop index if exists events.%I', former.name);
    end loop;
end $$;
