create index concurrently made_later on events.domain_event_entry (sequence_number);
