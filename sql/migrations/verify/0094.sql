-- Fails loudly where migration 0094 is not what it should be.
SELECT directory, second_required FROM auth.account WHERE false;
SELECT id, second_due, conditions_due FROM auth.session WHERE false;
DO $$
BEGIN
    -- Nobody may take an invitation by calling from outside.
    ASSERT NOT has_function_privilege('public', 'auth.invitation_take(text, text, timestamptz, inet)', 'EXECUTE');
    ASSERT NOT has_function_privilege('public', 'auth.invite(bigint, text, text, text, text, text, tstzrange, timestamptz, inet)', 'EXECUTE');
    ASSERT auth.invitation_take('personne@ror.example', '', now(), NULL) IS NULL;
END
$$;
