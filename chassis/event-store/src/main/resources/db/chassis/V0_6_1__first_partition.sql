-- Three migrations turn the event table into the first partition of a new one. Writers wait for the first and the third,
-- which take milliseconds. This one finds the end of the partition, at least 2.5 million positions away, and the last
-- position now: no transaction with an earlier one is open, since the lock waits for all writers.
set local lock_timeout = '15s';
lock table events.domain_event_entry in access exclusive mode;

create table events.first_partition as
select last, (last + 2500000) / 5000000 * 5000000 + 5000001 as excluded
from (select greatest(case when is_called then last_value else 0 end,
                      (select max(global_index) from events.domain_event_entry)) as last
      from events.domain_event_entry_global_index_seq) as position;

do $$
begin
    execute format(
        'alter table events.domain_event_entry add constraint first_partition check (global_index < %s) not valid',
        (select excluded from events.first_partition));
end $$;

-- The last sequence number of each aggregate. Its updates stay within a page.
create table events.aggregate_head (
    aggregate_identifier text   primary key,
    sequence_number      bigint not null
) with (fillfactor = 80);
