#include "domain/history.h"

#include <string.h>

enum status
history_place_get(struct db *db, int64_t account_id, int64_t place_id,
    struct history_place *ret)
{
#define COL(c)	COL_history_place_##c
	struct history_place p = { .id = place_id };
	struct rows r;
	enum status st;

	if ((st = db_run(db, Q_history_place, DB_ARGS(db_int(db, account_id),
	    db_int(db, place_id)), &r)) != ST_OK)
		return st;
	if (r.n == 0)
		return ST_NOTFOUND;
	if (!row_bool(&r, 0, COL(may_read)))
		return ST_DENIED;
	p.name = row_text(&r, 0, COL(name));
	p.site_finess = row_text(&r, 0, COL(site_finess));
	p.site_name = row_text(&r, 0, COL(site_name));
	p.nature = row_text(&r, 0, COL(nature));
	p.version = row_int(&r, 0, COL(version), 0);
	p.n_units = row_array(db->arena, &r, 0, COL(unit_names),
	    &p.unit_names);
	p.may_correct = row_bool(&r, 0, COL(may_correct));
	p.is_steward = row_bool(&r, 0, COL(is_steward));
	if ((st = zone_get(row_text(&r, 0, COL(time_zone)), &p.zone)) != ST_OK)
		return st;
	*ret = p;
	return ST_OK;
#undef COL
}

static void
value_fill(const struct rows *r, size_t i, struct history_value *v)
{
#define COL(c)	COL_history_values_##c
	*v = (struct history_value){
		.entry_id = row_int(r, i, COL(entry_id), 0),
		.indicator = row_int(r, i, COL(indicator_id), 0),
		.assigned = row_text(r, i, COL(assigned)),
		.code = row_text(r, i, COL(code)),
		.label = row_text(r, i, COL(label)),
		.value = (int)row_int(r, i, COL(value), CAP_NULL),
		.effective_utc = row_instant(r, i, COL(effective_at), 0),
		.effective_sql = row_text(r, i, COL(effective_at)),
		.recorded_utc = row_instant(r, i, COL(recorded_at), 0),
		.source = row_text(r, i, COL(source_label)),
		.source_kind = row_text(r, i, COL(source_kind)),
		.who = row_text(r, i, COL(who)),
		.mode = row_text(r, i, COL(mode)),
		.kind = row_text(r, i, COL(kind)),
		.reason = row_text(r, i, COL(reason)),
		.comment = row_text(r, i, COL(comment)),
		.replaced = row_bool(r, i, COL(replaced)),
		.before = (int)row_int(r, i, COL(before), CAP_NULL),
	};
#undef COL
}

enum status
history_read(struct db *db, const struct history_ask *q, struct history *ret)
{
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_history_values, DB_ARGS(
	    db_int(db, q->account_id), db_int(db, q->place_id),
	    q->indicator == 0 ? NULL : db_int(db, q->indicator), q->source,
	    instant_sql(db->arena, q->from_utc),
	    instant_sql(db->arena, q->to_utc),
	    q->after_at == NULL ? "infinity" : q->after_at,
	    db_int(db, q->after_at == NULL ? INT64_MAX : q->after_entry),
	    db_int(db, q->n_entries), db_int(db, q->n_rows)), &r)) != ST_OK)
		return st;
	ret->n = r.n;
	ret->v = ARENA_ARRAY(db->arena, r.n, struct history_value);
	for (i = 0; i < r.n; i++)
		value_fill(&r, i, &ret->v[i]);
	return ST_OK;
}

/* A known 0 over whatever was said then: a step of its own, in its order. */
static void
lock_lay(struct arena *a, struct history_line *l, int64_t from, int64_t to)
{
	struct history_step *v = ARENA_ARRAY(a, l->n + 2, struct history_step);
	const struct history_step lock = { from, to, 0, true };
	bool laid = false;
	size_t i, n = 0;

	for (i = 0; i < l->n; i++) {
		struct history_step s = l->v[i];

		if (s.from_utc < from) {
			v[n] = s;
			if (s.to_utc > from)
				v[n].to_utc = from;
			n++;
		}
		if (s.from_utc < to && s.to_utc <= to)
			continue;
		if (!laid)
			v[n++] = lock;
		laid = true;
		if (s.from_utc < to)
			s.from_utc = to;
		v[n++] = s;
	}
	if (!laid)
		v[n++] = lock;
	l->v = v;
	l->n = n;
}

enum status
history_line_read(struct db *db, int64_t account_id, int64_t place_id,
    int64_t indicator, int64_t from_utc, int64_t to_utc,
    struct history_line *ret)
{
#define COL(c)	COL_history_line_##c
	struct history_line l = { .n = 0 };
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_history_line, DB_ARGS(db_int(db, account_id),
	    db_int(db, place_id), db_int(db, indicator),
	    instant_sql(db->arena, from_utc), instant_sql(db->arena, to_utc)),
	    &r)) != ST_OK)
		return st;
	l.v = ARENA_ARRAY(db->arena, r.n, struct history_step);
	for (i = 0; i < r.n; i++) {
		int64_t from = row_instant(&r, i, COL(effective_at), 0);
		int64_t until = row_instant(&r, i, COL(expires_at), to_utc);

		if (row_bool(&r, i, COL(locked))) {
			lock_lay(db->arena, &l, from, until);
			continue;
		}
		if (row_null(&r, i, COL(value)))
			continue;
		if (i + 1 < r.n && !row_bool(&r, i + 1, COL(locked)) &&
		    row_instant(&r, i + 1, COL(effective_at),
		    0) < until)
			until = row_instant(&r, i + 1, COL(effective_at), 0);
		if (until > to_utc)
			until = to_utc;
		if (from < from_utc)
			from = from_utc;
		if (from < until)
			l.v[l.n++] = (struct history_step){ from, until,
			    (int)row_int(&r, i, COL(value), 0), false };
	}
	*ret = l;
	return ST_OK;
#undef COL
}

enum status
gone_sites_read(struct db *db, const struct gone_ask *q,
    struct gone_site **ret, size_t *ret_n)
{
#define COL(c)	COL_gone_sites_##c
	const char *natures, *fields;
	struct gone_site *v;
	struct rows r;
	enum status st;
	size_t i;

	board_scope(q->board, &natures, &fields);
	if ((st = db_run(db, Q_gone_sites, DB_ARGS(db_int(db, q->account_id),
	    natures, fields), &r)) != ST_OK)
		return st;
	v = ARENA_ARRAY(db->arena, r.n, struct gone_site);
	for (i = 0; i < r.n; i++) {
		v[i] = (struct gone_site){
		    .finess = row_text(&r, i, COL(finess)),
		    .name = row_text(&r, i, COL(name)),
		    .departement = row_text(&r, i, COL(departement)) };
		if ((st = zone_get(row_text(&r, i, COL(time_zone)),
		    &v[i].zone)) != ST_OK)
			return st;
	}
	*ret = v;
	*ret_n = r.n;
	return ST_OK;
#undef COL
}

static enum status
gone_place_fill(const struct rows *r, size_t i, struct gone_place *p)
{
#define COL(c)	COL_gone_board_##c
	*p = (struct gone_place){
		.id = row_int(r, i, COL(place_id), 0),
		.name = row_text(r, i, COL(name)),
		.site_finess = row_text(r, i, COL(site_finess)),
		.site_name = row_text(r, i, COL(site_name)),
		.departement = row_text(r, i, COL(departement)),
		.n_units = row_int(r, i, COL(n_units), 0),
		.of_day = row_bool(r, i, COL(of_day)),
		.locked = row_bool(r, i, COL(locked)),
		.locked_reason = row_text(r, i, COL(locked_reason)),
	};
	return zone_get(row_text(r, i, COL(time_zone)), &p->zone);
}

static void
gone_value_fill(const struct rows *r, size_t i, struct gone_value *v)
{
	*v = (struct gone_value){
		.indicator = row_int(r, i, COL(indicator_id), 0),
		.code = row_text(r, i, COL(code)),
		.label = row_text(r, i, COL(label)),
		.assigned = row_text(r, i, COL(assigned)),
		.source = row_text(r, i, COL(source_label)),
		.value = (int)row_int(r, i, COL(value), CAP_NULL),
		.effective_utc = row_instant(r, i, COL(effective_at), 0),
		.recorded_utc = row_instant(r, i, COL(recorded_at), 0),
		.expired = row_bool(r, i, COL(expired)),
	};
}

enum status
gone_board_read(struct db *db, const struct gone_ask *q,
    struct gone_board *ret)
{
	struct gone_board b = { .page = 1, .n_pages = 1 };
	const char *natures, *fields;
	struct gone_value *values;
	struct rows r;
	enum status st;
	size_t i;

	board_scope(q->board, &natures, &fields);
	if ((st = db_run(db, Q_gone_board, DB_ARGS(db_int(db, q->account_id),
	    natures, fields, q->site, db_int(db, q->page),
	    instant_sql(db->arena, q->at_utc),
	    q->cut_id == 0 ? NULL : db_int(db, q->cut_id)), &r)) != ST_OK)
		return st;
	b.v = ARENA_ARRAY(db->arena, r.n, struct gone_place);
	values = ARENA_ARRAY(db->arena, r.n, struct gone_value);
	for (i = 0; i < r.n; i++) {
		if (b.n == 0 || b.v[b.n - 1].id !=
		    row_int(&r, i, COL(place_id), 0)) {
			if ((st = gone_place_fill(&r, i, &b.v[b.n])) != ST_OK)
				return st;
			b.v[b.n++].v = &values[i];
		}
		if (row_null(&r, i, COL(indicator_id)))
			continue;
		gone_value_fill(&r, i, &values[i]);
		b.v[b.n - 1].n++;
	}
	if (r.n > 0) {
		b.page = row_int(&r, 0, COL(page), 1);
		b.n_pages = row_int(&r, 0, COL(n_pages), 1);
	}
	*ret = b;
	return ST_OK;
#undef COL
}
