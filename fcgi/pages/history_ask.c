/* history_ask.c - the question of a history page, read and checked. */
#include <stdlib.h>
#include <string.h>

#include "handlers.h"
#include "pages/history.h"

enum { DAYS_DEFAULT = 30 };

static const char *const sources[] = { "manual", "feed", "import" };

const char *
history_field(const struct request *rq, const char *name)
{
	const char *s = request_query(rq, name);

	return s == NULL || s[0] == '\0' ? NULL : s;
}

enum status
history_place_read(struct request *rq, struct response *rs,
    struct history_place *ret)
{
	enum status st = history_place_get(rq->db, rq->session.account_id,
	    strtoll(request_arg(rq, 0) + 1, NULL, 10), ret);

	if (st == ST_NOTFOUND)
		return response_error(rs, st, "Ce lieu n’existe pas ou "
		    "n’existe plus.");
	if (st == ST_DENIED) {
		fault_set(&rq->fault, "scope");
		return response_error(rs, st, "Ce lieu n’est pas dans votre "
		    "périmètre.");
	}
	return st;
}

/* "1795165320.000123-88": seconds, microseconds, entry. */
static bool
cursor_read(struct arena *a, const char *s, struct history_ask *q)
{
	char *at = arena_strdup(a, s), *entry = strchr(at, '-');
	char *micro = strchr(at, '.');
	int64_t seconds, us;

	if (entry == NULL || micro == NULL || micro > entry ||
	    entry - micro != 7)
		return false;
	*micro++ = *entry++ = '\0';
	if (str_to_int(at, INT64_C(4102444800), &seconds) != ST_OK ||
	    str_to_int(micro, 999999, &us) != ST_OK ||
	    str_to_int(entry, INT64_MAX, &q->after_entry) != ST_OK)
		return false;
	/* instant_sql() ends in "+00". */
	at = instant_sql(a, seconds);
	q->after_at = arena_printf(a, "%.*s.%06d+00", (int)strlen(at) - 3, at,
	    (int)us);
	return true;
}

const char *
history_cursor(struct arena *a, const struct history_value *v)
{
	const char *point = strchr(v->effective_sql, '.');
	int us = 0, i;

	for (i = 1; i <= 6; i++) {
		bool digit = point != NULL && point[i] >= '0' &&
		    point[i] <= '9';

		us = us * 10 + (digit ? point[i] - '0' : 0);
		if (!digit)
			point = NULL;
	}
	return arena_printf(a, "%lld.%06d-%lld", (long long)v->effective_utc,
	    us, (long long)v->entry_id);
}

static enum status
ask_days(struct request *rq, struct response *rs,
    const struct history_place *p, struct history_show *q)
{
	int32_t day;

	q->ask.to_utc = rq->now + 600;
	q->du = history_field(rq, "du");
	q->au = history_field(rq, "au");
	if ((q->du != NULL && day_parse(q->du, &day) != ST_OK) ||
	    (q->au != NULL && day_parse(q->au, &day) != ST_OK))
		return response_error(rs, ST_INPUT, "Cette date n’existe pas"
		    NNBSP ": une date s’écrit année-mois-jour, par exemple "
		    "2026-11-20.");
	if (q->du != NULL && day_parse(q->du, &day) == ST_OK)
		q->ask.from_utc = zone_day_start(p->zone, day);
	if (q->au != NULL && day_parse(q->au, &day) == ST_OK)
		q->ask.to_utc = zone_day_start(p->zone, day + 1);
	if (q->ask.from_utc >= q->ask.to_utc)
		return response_error(rs, ST_INPUT, "Le premier jour est après "
		    "le dernier.");
	return ST_OK;
}

static enum status
ask_what(struct request *rq, struct response *rs, struct history_show *q)
{
	const char *code = history_field(rq, "indicateur");
	enum capacity_field f;
	size_t i;

	q->ask.source = history_field(rq, "source");
	for (i = 0; q->ask.source != NULL && i < N_ELEM(sources); i++)
		if (strcmp(sources[i], q->ask.source) == 0)
			break;
	if (i == N_ELEM(sources))
		return response_error(rs, ST_INPUT, "Cette source n’existe pas"
		    NNBSP ": manual, feed ou import.");
	if (code != NULL && strcmp(code, "DISPO") == 0) {
		q->ask.indicator = HISTORY_TOTAL;
	} else if (code != NULL) {
		if ((f = capacity_field_coded(code)) == CAP__MAX)
			return response_error(rs, ST_INPUT, "Cet indicateur "
			    "n’existe pas.");
		q->ask.indicator = capacity_fields[f].indicator;
	}
	q->chart_indicator = q->ask.indicator == 0 ? HISTORY_TOTAL :
	    q->ask.indicator;
	return ST_OK;
}

static enum status
ask_drawing(struct request *rq, struct response *rs,
    const struct history_place *p, struct history_show *q)
{
	const char *days = history_field(rq, "jours");
	const char *theme = history_field(rq, "theme");
	const char *width = history_field(rq, "largeur");
	const char *format = history_field(rq, "format");
	int64_t n = DAYS_DEFAULT;

	if (days != NULL && (str_to_int(days, 90, &n) != ST_OK ||
	    (n != 7 && n != 30 && n != 90)))
		return response_error(rs, ST_INPUT, "Le graphique montre 7, 30 "
		    "ou 90 jours.");
	q->days = (int)n;
	q->first_day = zone_day(p->zone, rq->now) - (int32_t)n + 1;
	q->dark = theme != NULL ? strcmp(theme, "sombre") == 0 :
	    rq->theme != NULL && strcmp(rq->theme, "dark") == 0;
	q->narrow = width != NULL && strcmp(width, "etroite") == 0;
	q->csv = format != NULL && strcmp(format, "csv") == 0;
	if (format != NULL && !q->csv)
		return response_error(rs, ST_INPUT, "Ce format n’existe pas"
		    NNBSP ": csv.");
	return ST_OK;
}

static const char *
filter(struct arena *a, const char *name, const char *value)
{
	return value == NULL ? "" : arena_printf(a, "&%s=%s", name, value);
}

enum status
history_show_read(struct request *rq, struct response *rs,
    const struct history_place *p, struct history_show *ret)
{
	const char *cursor = history_field(rq, "apres");
	struct arena *a = rq->arena;
	struct history_show q = { .ask = {
	    .account_id = rq->session.account_id, .place_id = p->id,
	    .n_entries = HISTORY_ENTRIES + 1, .n_rows = HISTORY_ROWS_MAX } };
	enum status st;

	if ((st = ask_days(rq, rs, p, &q)) != ST_OK ||
	    (st = ask_what(rq, rs, &q)) != ST_OK ||
	    (st = ask_drawing(rq, rs, p, &q)) != ST_OK)
		return st;
	if (cursor != NULL && !cursor_read(a, cursor, &q.ask))
		return response_error(rs, ST_INPUT, "Cette page de "
		    "l’historique n’existe pas.");
	/* All of them were checked: nothing in them needs escaping. */
	q.filters = arena_printf(a, "jours=%d%s%s%s%s", q.days, filter(a,
	    "indicateur", history_field(rq, "indicateur")), filter(a,
	    "source", q.ask.source), filter(a, "du", q.du), filter(a, "au",
	    q.au));
	*ret = q;
	return ST_OK;
}
