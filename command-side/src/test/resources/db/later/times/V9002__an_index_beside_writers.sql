create index concurrently made_later on events.domain_event_entry_1 (sequence_number);
