-- Reports: figures of a département or a region as known at a published cut.
-- Sums only: rates are divided by the reader, after adding (lib/domain/report.c).

-- name: report_cut
-- for: app report
-- rows: maybe
-- param: before        timestamptz      null = the newest
-- col:   id            int8
-- col:   cut_at        timestamptz
-- col:   published_at  timestamptz
-- col:   day_from      date
-- col:   day_to        date
-- test:  '2026-01-01T00:00:00Z'
SELECT c.id, c.cut_at, c.published_at, c.day_from, c.day_to
  FROM mart.cut AS c
 WHERE c.published_at IS NOT NULL AND ($1 IS NULL OR c.cut_at < $1)
 ORDER BY c.cut_at DESC
 LIMIT 1;

-- name: report_department_days
-- for: app report
-- rows: many, one per day from the first to the last, gaps as zeros
-- param: cut_id              int8
-- param: departement_code    text
-- param: nature              text
-- param: category_id         int2     null = all of the nature, subsets left out
-- param: first_day           date
-- param: last_day            date
-- col:   day                 date
-- col:   places_expected      int8
-- col:   places_reporting     int8
-- col:   places_fresh         int8
-- col:   day_s                int8
-- col:   expected_s           int8
-- col:   known_s              int8
-- col:   installed_s          int8
-- col:   closed_nr_s          int8
-- col:   closed_r_s           int8
-- col:   suppl_s              int8
-- col:   in_service_s         int8
-- col:   in_service_known_s   int8
-- col:   available_s          int8
-- col:   available_high_s     int8
-- col:   available_paired_s   int8
-- col:   occupied_s           int8
-- col:   occupied_paired_s    int8
-- col:   in_service_occ_s     int8
-- col:   zero_s               int8
-- test:  1, '75', '01', NULL, '2026-01-01', '2026-01-31'
SELECT $5 + g.n AS day,
       coalesce(sum(r.places_expected), 0)::bigint AS places_expected,
       coalesce(sum(r.places_reporting), 0)::bigint AS places_reporting,
       coalesce(sum(r.places_fresh), 0)::bigint AS places_fresh,
       coalesce(max(r.day_s), 0)::bigint AS day_s,
       coalesce(sum(r.expected_s), 0)::bigint AS expected_s,
       coalesce(sum(r.known_s), 0)::bigint AS known_s,
       coalesce(sum(r.installed_s), 0)::bigint AS installed_s,
       coalesce(sum(r.closed_nr_s), 0)::bigint AS closed_nr_s,
       coalesce(sum(r.closed_r_s), 0)::bigint AS closed_r_s,
       coalesce(sum(r.suppl_s), 0)::bigint AS suppl_s,
       coalesce(sum(r.in_service_s), 0)::bigint AS in_service_s,
       coalesce(sum(r.in_service_known_s), 0)::bigint AS in_service_known_s,
       coalesce(sum(r.available_s), 0)::bigint AS available_s,
       coalesce(sum(r.available_high_s), 0)::bigint AS available_high_s,
       coalesce(sum(r.available_paired_s), 0)::bigint AS available_paired_s,
       coalesce(sum(r.occupied_s), 0)::bigint AS occupied_s,
       coalesce(sum(r.occupied_paired_s), 0)::bigint AS occupied_paired_s,
       coalesce(sum(r.in_service_occ_s), 0)::bigint AS in_service_occ_s,
       coalesce(sum(r.zero_s), 0)::bigint AS zero_s
  FROM generate_series(0, least($6 - $5, 4000)) AS g (n)
  LEFT JOIN (mart.cut AS c
             JOIN mart.rpt_department_day AS r
               ON r.known_from <= c.cut_at AND c.cut_at < r.known_to)
    ON c.id = $1 AND r.departement_code = $2 AND r.nature = $3
       AND CASE WHEN $4 IS NULL THEN NOT r.subset ELSE r.category_id = $4 END
       AND r.day = $5 + g.n
 GROUP BY g.n
 ORDER BY g.n;

-- name: report_departments
-- for: app report
-- rows: many, one per département with figures, by code; sums over the days
-- param: cut_id              int8
-- param: region_code         text     null = France
-- param: nature              text
-- param: category_id         int2     null = all of the nature, subsets left out
-- param: first_day           date
-- param: last_day            date
-- col:   departement_code    text
-- col:   name                text
-- col:   places_expected      int8
-- col:   places_reporting     int8
-- col:   places_fresh         int8
-- col:   day_s                int8
-- col:   expected_s           int8
-- col:   known_s              int8
-- col:   installed_s          int8
-- col:   closed_nr_s          int8
-- col:   closed_r_s           int8
-- col:   suppl_s              int8
-- col:   in_service_s         int8
-- col:   in_service_known_s   int8
-- col:   available_s          int8
-- col:   available_high_s     int8
-- col:   available_paired_s   int8
-- col:   occupied_s           int8
-- col:   occupied_paired_s    int8
-- col:   in_service_occ_s     int8
-- col:   zero_s               int8
-- test:  1, '11', '01', NULL, '2026-01-01', '2026-01-31'
SELECT d.code AS departement_code,
       d.name,
       coalesce(sum(r.places_expected), 0)::bigint AS places_expected,
       coalesce(sum(r.places_reporting), 0)::bigint AS places_reporting,
       coalesce(sum(r.places_fresh), 0)::bigint AS places_fresh,
       coalesce(sum(r.day_s), 0)::bigint AS day_s,
       coalesce(sum(r.expected_s), 0)::bigint AS expected_s,
       coalesce(sum(r.known_s), 0)::bigint AS known_s,
       coalesce(sum(r.installed_s), 0)::bigint AS installed_s,
       coalesce(sum(r.closed_nr_s), 0)::bigint AS closed_nr_s,
       coalesce(sum(r.closed_r_s), 0)::bigint AS closed_r_s,
       coalesce(sum(r.suppl_s), 0)::bigint AS suppl_s,
       coalesce(sum(r.in_service_s), 0)::bigint AS in_service_s,
       coalesce(sum(r.in_service_known_s), 0)::bigint AS in_service_known_s,
       coalesce(sum(r.available_s), 0)::bigint AS available_s,
       coalesce(sum(r.available_high_s), 0)::bigint AS available_high_s,
       coalesce(sum(r.available_paired_s), 0)::bigint AS available_paired_s,
       coalesce(sum(r.occupied_s), 0)::bigint AS occupied_s,
       coalesce(sum(r.occupied_paired_s), 0)::bigint AS occupied_paired_s,
       coalesce(sum(r.in_service_occ_s), 0)::bigint AS in_service_occ_s,
       coalesce(sum(r.zero_s), 0)::bigint AS zero_s
  FROM (SELECT r.departement_code, r.day,
               max(r.day_s) AS day_s,
               sum(r.places_expected) AS places_expected,
               sum(r.places_reporting) AS places_reporting,
               sum(r.places_fresh) AS places_fresh,
               sum(r.expected_s) AS expected_s,
               sum(r.known_s) AS known_s,
               sum(r.installed_s) AS installed_s,
               sum(r.closed_nr_s) AS closed_nr_s,
               sum(r.closed_r_s) AS closed_r_s,
               sum(r.suppl_s) AS suppl_s,
               sum(r.in_service_s) AS in_service_s,
               sum(r.in_service_known_s) AS in_service_known_s,
               sum(r.available_s) AS available_s,
               sum(r.available_high_s) AS available_high_s,
               sum(r.available_paired_s) AS available_paired_s,
               sum(r.occupied_s) AS occupied_s,
               sum(r.occupied_paired_s) AS occupied_paired_s,
               sum(r.in_service_occ_s) AS in_service_occ_s,
               sum(r.zero_s) AS zero_s
          FROM mart.cut AS c
          JOIN mart.rpt_department_day AS r
            ON r.known_from <= c.cut_at AND c.cut_at < r.known_to
         WHERE c.id = $1 AND r.nature = $3
           AND r.day BETWEEN $5 AND $6
           AND ($2 IS NULL OR r.region_code = $2)
           AND CASE WHEN $4 IS NULL THEN NOT r.subset ELSE r.category_id = $4 END
         GROUP BY r.departement_code, r.day) AS r
  JOIN ref.departement AS d ON d.code = r.departement_code
 GROUP BY d.code, d.name
 ORDER BY d.code
 LIMIT 200;
