-- Fails loudly where migration 0087 is not what it should be.
DO $$
BEGIN
    ASSERT cap.upload_header_error('capacity', '{lieu,version,INST,commentaire}') IS NULL, 'a header of the model';
    ASSERT cap.upload_header_error('capacity', '{lieu,version,lits}') LIKE 'Colonne inconnue%', 'an unknown column';
    ASSERT cap.upload_header_error('capacity', '{lieu,INST,inst}') LIKE '%deux fois%', 'a column twice';
    ASSERT cap.upload_header_error('capacity', '{INST}') LIKE 'Il manque%', 'a column missing';
    ASSERT cap.upload_day('31/12/2026') = '2026-12-31' AND cap.upload_day('2026-02-30') IS NULL, 'days';
    ASSERT cap.upload_save(0, NULL, gen_random_uuid(), 0, true, true) = 'unknown', 'no such file';
END
$$;
