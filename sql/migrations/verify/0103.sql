-- Fails loudly where migration 0103 is not what it should be.
SELECT role, required_at, required_by FROM auth.second_role WHERE false;
DO $$
BEGIN
    ASSERT auth.second_roles_set(-1, NULL, '{}', '{}', now()) = 'denied';
    ASSERT NOT has_function_privilege('public', 'auth.second_roles_set(bigint, inet, text[], text[], timestamptz)', 'EXECUTE');
END
$$;
