-- On a long history this takes its time. It blocks no reader and no writer.
alter table events.domain_event_entry validate constraint first_partition;

insert into events.aggregate_head
select aggregate_identifier, max(sequence_number) from events.domain_event_entry group by aggregate_identifier;
