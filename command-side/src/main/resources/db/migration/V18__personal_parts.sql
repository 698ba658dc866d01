-- From when on encrypted parts of events name their type and field. A program from before this migration cannot read those,
-- so there is an hour to replace all of them.
create table identity.personal_parts (
    named_from timestamptz not null
);

insert into identity.personal_parts
select case when exists (select from events.domain_event_entry) then now() + interval '1 hour' else to_timestamp(0) end;
