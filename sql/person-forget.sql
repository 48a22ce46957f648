-- person-forget.sql - make an account nobody's: its number stays.
SELECT CASE WHEN auth.account_forget(a.id, now(), 'request')
            THEN 'account ' || a.id || ' is nobody''s now' ELSE 'account ' || a.id || ' was nobody''s already' END AS done
  FROM auth.account AS a
 WHERE a.login = lower(:'login') \g (tuples_only=on format=unaligned)
