insert into events.token_entry (processor_name, segment, token, token_type, time_stamp)
select 'made-later',
       0,
       convert_to(format('{"index":%s,"gaps":[]}', max(global_index)), 'UTF8'),
       'org.axonframework.eventhandling.GapAwareTrackingToken',
       '2026-03-01T10:00:00Z'
from events.domain_event_entry;
