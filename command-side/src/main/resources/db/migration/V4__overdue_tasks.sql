-- Tasks are marked overdue from now on. One that is there already, with a time still to come, is not waited for until
-- that time is changed; the daily sweep marks it. Where nothing happened yet the processor begins at the beginning, by
-- itself.
insert into events.token_entry (processor_name, segment, token, token_type, time_stamp)
select 'overdue',
       0,
       convert_to(format('{"index":%s,"gaps":[]}', head), 'UTF8'),
       'org.axonframework.eventhandling.GapAwareTrackingToken',
       to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
from (select max(global_index) head from events.domain_event_entry) history
where head is not null;
