#include "domain/correction.h"

#include <string.h>

enum status
correction_read(struct db *db, int64_t account_id, int64_t place_id,
    int64_t at_utc, struct correction_then *ret)
{
#define COL(c)	COL_correction_values_##c
	struct rows r;
	enum status st;
	size_t i;
	int f;

	if ((st = db_run(db, Q_correction_values, DB_ARGS(
	    db_int(db, account_id), db_int(db, place_id),
	    instant_sql(db->arena, at_utc)), &r)) != ST_OK)
		return st;
	if (r.n == 0)
		return ST_NOTFOUND;
	for (f = 0; f < CAP__MAX; f++)
		ret[f] = (struct correction_then){ .value = CAP_NULL,
		    .at_utc = -1, .next_utc = -1 };
	for (i = 0; i < r.n; i++) {
		f = (int)capacity_field_of(row_int(&r, i, COL(indicator_id),
		    0));
		if (f == CAP__MAX)
			continue;
		ret[f] = (struct correction_then){
		    .value = (int)row_int(&r, i, COL(value), CAP_NULL),
		    .at_utc = row_instant(&r, i, COL(effective_at), -1),
		    .source = row_text(&r, i, COL(source_label)),
		    .next_utc = row_instant(&r, i, COL(next_at), -1),
		    .ttl_s = row_int(&r, i, COL(ttl_s), 0) };
	}
	return ST_OK;
#undef COL
}

static bool
differs(const struct capacity_entry *e, const struct correction_then *then,
    enum capacity_field f)
{
	return e->typed[f] != NULL && e->value[f] != then[f].value;
}

static bool
is_available(enum capacity_field f)
{
	return f == CAP_DISPO_IND || f == CAP_DISPO_F || f == CAP_DISPO_H;
}

bool
correction_changed(const struct capacity_entry *e,
    const struct correction_then *then, enum capacity_field f)
{
	if (!is_available(f))
		return differs(e, then, f);
	return differs(e, then, CAP_DISPO_IND) ||
	    differs(e, then, CAP_DISPO_F) || differs(e, then, CAP_DISPO_H);
}

int64_t
correction_until(const struct capacity_entry *e,
    const struct correction_then *then, int64_t at_utc, int64_t now)
{
	int64_t last = at_utc;
	int f;

	for (f = 0; f < CAP__MAX; f++) {
		const struct correction_then *t = &then[f];
		int64_t until = now;

		if (!correction_changed(e, then, (enum capacity_field)f))
			continue;
		if (t->ttl_s > 0 && at_utc + t->ttl_s < until)
			until = at_utc + t->ttl_s;
		if (t->next_utc != -1 && t->next_utc < until)
			until = t->next_utc;
		if (until > last)
			last = until;
	}
	return last;
}

static enum correction_outcome
outcome_of(const char *text)
{
	static const char *const names[CORRECTION__MAX] = { "ok", "replayed",
		"conflict", "locked", "denied", "unknown", "closed", "extra",
		"future", "old" };
	int i;

	for (i = 0; i < CORRECTION__MAX; i++)
		if (strcmp(names[i], text) == 0)
			break;
	return i == CORRECTION__MAX ? CORRECTION_CONFLICT :
	    (enum correction_outcome)i;
}

enum status
correction_save(struct db *db, int64_t account_id, const char *key,
    int64_t at_utc, const char *reason, const struct capacity_entry *e,
    const struct correction_then *then, enum correction_outcome *ret)
{
	int64_t indicators[CAP__MAX];
	const char *figures[CAP__MAX];
	struct rows r;
	enum status st;
	size_t n = 0;
	int f;

	for (f = 0; f < CAP__MAX; f++) {
		if (!correction_changed(e, then, (enum capacity_field)f))
			continue;
		indicators[n] = capacity_fields[f].indicator;
		figures[n++] = e->value[f] == CAP_NULL ? NULL :
		    db_int(db, e->value[f]);
	}
	if ((st = db_write(db, Q_correction_save, DB_ARGS(
	    db_int(db, account_id), key, instant_sql(db->arena, at_utc),
	    db_int(db, e->place_id), db_int(db, e->version),
	    db_int_array(db->arena, indicators, n),
	    db_text_array(db->arena, figures, n), reason), &r)) != ST_OK)
		return st;
	*ret = r.n == 0 ? CORRECTION_UNKNOWN : outcome_of(row_text(&r, 0,
	    COL_correction_save_outcome));
	return ST_OK;
}

enum status
correction_known(struct db *db, int64_t account_id, const char *key,
    bool *ret)
{
	struct rows r;
	enum status st;

	if ((st = db_run(db, Q_correction_known, DB_ARGS(
	    db_int(db, account_id), key), &r)) != ST_OK)
		return st;
	*ret = row_bool(&r, 0, COL_correction_known_known);
	return ST_OK;
}
