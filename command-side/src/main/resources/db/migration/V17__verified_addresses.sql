-- Whether the address is known to be the user's. Of the accounts that are there, none is.
alter table identity.account add verified boolean not null default false;

-- A user's newest request to verify the address, and the token that was mailed last for it, if there is one.
create table identity.verification_token (
    user_id    uuid primary key references identity.account on delete cascade,
    request_id uuid not null unique,
    token_hash bytea unique,
    expires_at timestamptz
);

-- Each of those who get a summary is asked by one mail. The start that follows verifies the administrator first.
with asked as (
    insert into identity.verification_token (user_id, request_id)
    select user_id, gen_random_uuid()
    from events.summary_subscription join identity.account using (user_id)
    where wanted and account.enabled
    returning user_id, request_id
)
insert into events.scheduled_tasks (task_name, task_instance, task_data, execution_time, picked, version, priority)
select 'mail',
       request_id,
       convert_to(json_build_object('kind', 'email-verification', 'id', request_id, 'userId', user_id, 'until',
                                    to_char(now() at time zone 'UTC' + interval '7 days', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                                    'sent', false)::text, 'UTF8'),
       now() + interval '10 seconds',
       false,
       1,
       10
from asked;
