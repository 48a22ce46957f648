/* sentinel.c - learn who speaks how often, once a night; each minute, open
 * alarms of who is silent and end those of who speaks again.
 *
 * Here is what is read and written; the rule is lib/domain/rhythm.h's.  One
 * transaction a run: an alarm is there whole or not at all.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "domain/rhythm.h"
#include "job.h"

enum { NIGHT_H = 3, BATCH = 500 };

/* Rhythms on their way to cap.rhythm, a batch of one kind. */
struct learned {
	struct run	*run;
	const char	*subject, *kind;
	int64_t		 id[BATCH], n[BATCH], median_s[BATCH], limit_s[BATCH];
	int64_t		 last[BATCH];
	const char	*hours[BATCH], *zone[BATCH];
	size_t		 used;
};

/* What differs between the three kinds of news. */
struct lesson {
	enum rhythm_kind rule;
	const char	*subject, *kind;
	enum query	 query;
	int		 id, zone, ttl, news;	/* columns; -1: none */
};

static const struct lesson lessons[] = {
	{ RHYTHM_FEED, "feed", "silent", Q_sentinel_feed_news,
	  COL_sentinel_feed_news_feed_id, COL_sentinel_feed_news_time_zone, -1,
	  COL_sentinel_feed_news_news },
	{ RHYTHM_CHANGE, "feed", "flat", Q_sentinel_feed_changes,
	  COL_sentinel_feed_changes_feed_id,
	  COL_sentinel_feed_changes_time_zone, -1,
	  COL_sentinel_feed_changes_news },
	{ RHYTHM_PLACE, "place", "silent", Q_sentinel_place_news,
	  COL_sentinel_place_news_place_id, COL_sentinel_place_news_time_zone,
	  COL_sentinel_place_news_ttl_s, COL_sentinel_place_news_news },
};

/* A zone that this machine does not know has the hours of Paris. */
static const struct zone *
zone_of(const char *name)
{
	const struct zone *z;

	return zone_get(name, &z) == ST_OK ||
	    zone_get("Europe/Paris", &z) == ST_OK ? z : NULL;
}

static enum status
batch_write(struct learned *l)
{
	struct db *db = &l->run->db;
	struct arena *a = l->run->arena;
	size_t n = l->used;
	struct rows rows;

	l->used = 0;
	if (n == 0)
		return ST_OK;
	return db_run(db, Q_sentinel_learn, DB_ARGS(l->subject, l->kind,
	    db_int_array(a, l->id, n), db_int_array(a, l->n, n),
	    db_int_array(a, l->median_s, n), db_int_array(a, l->limit_s, n),
	    db_text_array(a, l->hours, n), db_text_array(a, l->zone, n),
	    db_int_array(a, l->last, n)), &rows);
}

static void
batch_add(struct learned *l, int64_t id, const char *zone, int64_t last,
    const struct rhythm *r)
{
	int64_t hours[RHYTHM_HOURS];
	size_t i = l->used++;
	int h;

	for (h = 0; h < RHYTHM_HOURS; h++)
		hours[h] = r->hours[h];
	l->id[i] = id;
	l->n[i] = r->n;
	l->median_s[i] = r->median_s;
	l->limit_s[i] = r->limit_s;
	l->last[i] = last;
	l->hours[i] = db_int_array(l->run->arena, hours, RHYTHM_HOURS);
	l->zone[i] = zone;
	l->run->metric[METRIC_RHYTHMS]++;
}

static enum status
learn_kind(struct run *run, const struct lesson *k)
{
	struct learned *l = ARENA_NEW(run->arena, struct learned);
	struct rows rows;
	enum status st;
	size_t i, j;

	l->run = run;
	l->subject = k->subject;
	l->kind = k->kind;
	if ((st = db_run(&run->db, k->query, DB_ARGS(instant_sql(run->arena,
	    run->now_utc)), &rows)) != ST_OK)
		return st;
	for (i = 0; i < rows.n; i++) {
		const char *zone = row_text(&rows, i, k->zone);
		struct rhythm r;
		char **news;
		size_t n = row_array(run->arena, &rows, i, k->news, &news);
		int64_t *at = ARENA_ARRAY(run->arena, n, int64_t);

		for (j = 0; j < n; j++)
			at[j] = strtoll(news[j], NULL, 10);
		if (!rhythm_learn(run->arena, k->rule, at, n, zone_of(zone),
		    k->ttl < 0 ? 0 : row_int(&rows, i, k->ttl, 0), &r))
			continue;
		if (l->used == BATCH && (st = batch_write(l)) != ST_OK)
			return st;
		batch_add(l, row_int(&rows, i, k->id, 0), zone, at[n - 1],
		    &r);
	}
	return batch_write(l);
}

static enum status
learn(struct run *run)
{
	const char *now = instant_sql(run->arena, run->now_utc);
	struct rows rows;
	enum status st;
	size_t i;

	if ((st = db_run(&run->db, Q_sentinel_forget, DB_NONE, &rows))
	    != ST_OK)
		return st;
	for (i = 0; i < N_ELEM(lessons); i++)
		if ((st = learn_kind(run, &lessons[i])) != ST_OK)
			return st;
	if ((st = db_run(&run->db, Q_sentinel_night, DB_ARGS(now), &rows))
	    != ST_OK)
		return st;
	return db_run(&run->db, Q_sentinel_sweep, DB_ARGS(now), &rows);
}

/* Whether a night began since: at 3:00 in Paris, when little else runs. */
static bool
night_came(struct run *run, int64_t learned_utc)
{
	const struct zone *paris = zone_of("Europe/Paris");
	int32_t day = zone_day(paris, run->now_utc - NIGHT_H * 3600);

	return learned_utc < zone_instant(paris, day, NIGHT_H * 3600);
}

#define COL(name) COL_sentinel_watch_##name

static enum rhythm_kind
rule_of(const struct rows *r, size_t i)
{
	if (strcmp(row_text(r, i, COL(kind)), "flat") == 0)
		return RHYTHM_CHANGE;
	return strcmp(row_text(r, i, COL(subject)), "feed") == 0 ?
	    RHYTHM_FEED : RHYTHM_PLACE;
}

static bool
overdue(struct run *run, const struct rows *r, size_t i)
{
	struct rhythm k = { .limit_s = row_int(r, i, COL(limit_s), 0),
		.median_s = row_int(r, i, COL(median_s), 0) };
	char **hours;
	size_t n = row_array(run->arena, r, i, COL(hours), &hours), h;

	for (h = 0; h < n && h < RHYTHM_HOURS; h++)
		k.hours[h] = (int32_t)strtol(hours[h], NULL, 10);
	return rhythm_overdue(rule_of(r, i), &k, zone_of(row_text(r, i,
	    COL(time_zone))), row_instant(r, i, COL(last_at), run->now_utc),
	    run->now_utc);
}

/* An alarm ends with news, or when nobody expects any; while nothing can be
 * said (a feed that is silent has no values to be flat) it stays. */
static bool
over(const struct rows *r, size_t i, bool drop)
{
	if (!row_bool(r, i, COL(expected)))
		return true;
	if (row_null(r, i, COL(last_at)))
		return false;
	if (drop)
		return !rhythm_dropped(row_int(r, i, COL(heard), 0),
		    row_int(r, i, COL(usual), -1));
	return row_instant(r, i, COL(last_at), 0) >
	    row_instant(r, i, COL(since), 0);
}

static enum status
begin(struct run *run, const struct rows *r, size_t i)
{
	struct rows rows;

	log_line(LVL_WARN, "event=silence_begins subject=%s id=%s kind=%s "
	    "since=%.19sZ", row_text(r, i, COL(subject)),
	    row_text(r, i, COL(subject_id)), row_text(r, i, COL(kind)),
	    row_text(r, i, COL(last_at)));
	return db_run(&run->db, Q_sentinel_begin, DB_ARGS(
	    row_text(r, i, COL(subject)), row_text(r, i, COL(subject_id)),
	    row_text(r, i, COL(kind)), row_text(r, i, COL(last_at)),
	    instant_sql(run->arena, run->now_utc),
	    row_text(r, i, COL(median_s)), row_text(r, i, COL(heard)),
	    row_text(r, i, COL(usual))), &rows);
}

static enum status
end(struct run *run, const struct rows *r, size_t i)
{
	struct rows rows;

	log_line(LVL_NOTICE, "event=silence_ends subject=%s id=%s kind=%s",
	    row_text(r, i, COL(subject)), row_text(r, i, COL(subject_id)),
	    row_text(r, i, COL(kind)));
	return db_run(&run->db, Q_sentinel_end, DB_ARGS(row_text(r, i,
	    COL(open_id)), instant_sql(run->arena, run->now_utc)), &rows);
}

static enum status
look(struct run *run)
{
	const char *now = instant_sql(run->arena, run->now_utc);
	struct rows r, none;
	enum status st;
	size_t i;

	if ((st = db_run(&run->db, Q_sentinel_changed, DB_ARGS(now), &none))
	    != ST_OK || (st = db_run(&run->db, Q_sentinel_watch,
	    DB_ARGS(now), &r)) != ST_OK)
		return st;
	for (i = 0; i < r.n && st == ST_OK; i++) {
		bool drop = strcmp(row_text(&r, i, COL(kind)), "dropped") == 0;

		if (!row_null(&r, i, COL(open_id)))
			st = over(&r, i, drop) ? end(run, &r, i) : ST_OK;
		else if (drop ? rhythm_dropped(row_int(&r, i, COL(heard), 0),
		    row_int(&r, i, COL(usual), -1)) : overdue(run, &r, i))
			st = begin(run, &r, i);
	}
	return st;
}

static enum status
count(struct run *run)
{
	struct rows r;
	enum status st;

	if ((st = db_run(&run->db, Q_sentinel_open, DB_NONE, &r)) != ST_OK)
		return st;
	run->metric[METRIC_SILENT_FEEDS] = row_int(&r, 0,
	    COL_sentinel_open_feeds, 0);
	run->metric[METRIC_SILENT_PLACES] = row_int(&r, 0,
	    COL_sentinel_open_places, 0);
	return ST_OK;
}

enum status
job_sentinel(struct run *run)
{
	struct rows rows;
	enum status st;

	if ((st = db_begin(&run->db)) != ST_OK)
		return st;
	if ((st = db_run(&run->db, Q_sentinel_lock, DB_NONE, &rows)) == ST_OK &&
	    !row_bool(&rows, 0, COL_sentinel_lock_held)) {
		fault_set(&run->fault, "another run is under way: nothing "
		    "was done");
		st = ST_BUSY;
	}
	if (st == ST_OK && night_came(run, row_instant(&rows, 0,
	    COL_sentinel_lock_learned_at, INT64_MIN)))
		st = learn(run);
	if (st == ST_OK && (st = look(run)) == ST_OK &&
	    (st = count(run)) == ST_OK)
		return db_commit(&run->db);
	db_rollback(&run->db);
	return st;
}
