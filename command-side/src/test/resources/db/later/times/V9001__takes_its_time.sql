do $$
begin
    if current_setting('statement_timeout') <> '0' or current_setting('idle_in_transaction_session_timeout') <> '0' then
        raise exception 'a migration has a timeout';
    end if;
end $$;
