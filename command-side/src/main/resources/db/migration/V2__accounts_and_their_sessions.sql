-- An account is what of a user can be looked up or must be locked: who signs in, may, and is to be found by an admin.
alter table identity.credential rename to account;
alter table identity.account
    add display_name text, -- unknown for accounts from before this column, until it is changed
    add roles        text[]      not null default '{USER}',
    add enabled      boolean     not null default true,
    add created_at   timestamptz not null default now();

update identity.account
set roles      = array(select jsonb_array_elements_text(convert_from(payload, 'UTF8')::jsonb -> 'roles')),
    created_at = time_stamp::timestamptz
from events.domain_event_entry
where aggregate_identifier = user_id::text and sequence_number = 0;

alter table identity.account
    alter roles drop default,
    alter created_at drop default;
create index on identity.account (created_at, user_id);

-- A session lives as long as its row. A refresh token that was used stays until then, to be known when it comes again.
alter table identity.refresh_token add used boolean not null default false;
