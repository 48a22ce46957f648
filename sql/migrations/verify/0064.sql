-- Fails loudly where migration 0064 is not what it should be.
SELECT 1 / (count(*) = (SELECT count(*) FROM dir.place_now))::integer FROM cap.place_entered AS p;
SELECT 1 / (count(*) = 1)::integer FROM pg_catalog.pg_proc
 WHERE proname = 'board_setting_save' AND pronamespace = 'cap'::regnamespace AND prosecdef;
