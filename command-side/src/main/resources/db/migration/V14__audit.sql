-- On a long history this takes its time.
set local statement_timeout = 0;

-- What auditors look events up by, beside the aggregate. The functions are immutable in truth: stored bytes are UTF-8,
-- whatever the database's encoding.
create function events.origin(meta_data bytea, name text) returns text
    language sql immutable parallel safe
    return convert_from(meta_data, 'UTF8')::jsonb ->> name;

create function events.simple_name(payload_type text) returns text
    language sql immutable parallel safe
    return substring(payload_type from '[^.]+$');

create index on events.domain_event_entry (type, global_index);
create index on events.domain_event_entry (events.simple_name(payload_type), global_index);
create index on events.domain_event_entry (events.origin(meta_data, 'actor'), global_index);
create index on events.domain_event_entry (events.origin(meta_data, 'correlationId'), global_index);
create index on events.domain_event_entry (time_stamp, global_index);
