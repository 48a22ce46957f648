/* journal.c - the audit, for who administers: who did what, from where.
 *
 * Pages follow each other by the event they begin after, so that none is
 * missed or shown twice while others arrive.  The file is read in the same
 * steps, larger ones; taking it away is an event too.
 */
#include <arpa/inet.h>
#include <string.h>

#include "base/csv.h"
#include "base/french.h"
#include "handlers.h"
#include "page.h"
#include "journal_words.h"

#define PATH	"/administration/journal"

enum { ROWS_MAX = 50, CSV_STEP = 5000, CSV_MAX = 20000, DAYS_MAX = 366,
	DAYS_DEFAULT = 7, ACCOUNTS_MAX = 20, LONG_CHARS = 120 };

#define KEYS(X) LAYOUT_KEYS(X) X(from) X(to) X(groups) X(events)	\
	X(results) X(reasons) X(code) X(label) X(selected) X(account)	\
	X(address) X(heading) X(note) X(href_csv) X(href_next)		\
	X(href_first) X(filtered) X(rows) X(at) X(at_iso) X(event)	\
	X(refused) X(who) X(who_login) X(who_href) X(by) X(from_address) \
	X(from_href) X(facts) X(fact_label) X(fact_value) X(fact_long)	\
	X(history_open) X(directory_open)
PAGE_SPEC(journal, "journal.html", KEYS);

enum result { RESULT_ALL, RESULT_REFUSED, RESULT_DONE, RESULT__MAX };

static const struct word results[RESULT__MAX] = {
	[RESULT_ALL]	 = { "", "Tous" },
	[RESULT_REFUSED] = { "refuses", "Refusés" },
	[RESULT_DONE]	 = { "acceptes", "Acceptés" },
};

struct ask {
	struct request	*rq;
	int32_t		 first, last;		/* days in Paris */
	const char	*event;			/* NULL = all */
	enum result	 result;
	const char	*account;		/* as typed; NULL = all */
	const char	*address, *reason;	/* likewise */
	const char	*before;		/* event; NULL: the newest */
	const char	*accounts;		/* numbers of them; NULL = all */
	size_t		 n_accounts;
	struct rows	 r;
	size_t		 n;			/* of them shown */
};

#define COL(name)	COL_journal_list_##name

/* --- reading what is asked --------------------------------------------------- */

/* A field that says something; NULL: it does not. */
static const char *
field(struct request *rq, const char *name)
{
	const char *s = request_query(rq, name);

	if (s == NULL)
		return NULL;
	s = str_trim(rq->arena, s);
	return s[0] == '\0' ? NULL : s;
}

static bool
period_read(struct ask *q)
{
	const char *from = field(q->rq, "du"), *to = field(q->rq, "au");

	q->last = zone_day(q->rq->app->paris, q->rq->now);
	if (to != NULL && day_parse(to, &q->last) != ST_OK)
		return false;
	q->first = q->last - DAYS_DEFAULT + 1;
	if (from != NULL && day_parse(from, &q->first) != ST_OK)
		return false;
	return q->first <= q->last && q->last - q->first < DAYS_MAX;
}

static bool
result_read(struct ask *q)
{
	const char *given = field(q->rq, "resultat");
	int i;

	for (i = 0; i < RESULT__MAX; i++)
		if (strcmp(given == NULL ? "" : given, results[i].code) == 0) {
			q->result = (enum result)i;
			return true;
		}
	return false;
}

static bool
address_valid(const char *s)
{
	unsigned char buf[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, s, buf) == 1 ||
	    inet_pton(AF_INET6, s, buf) == 1;
}

/* NULL, or what is wrong with the question. */
static const char *
ask_read(struct request *rq, struct ask *q)
{
	int64_t n;

	*q = (struct ask){ .rq = rq, .event = field(rq, "evenement"),
	    .account = field(rq, "compte"), .address = field(rq, "adresse"),
	    .reason = field(rq, "motif"), .before = field(rq, "avant") };
	if (!period_read(q))
		return "Indiquez deux jours, dans l’ordre, à un an d’écart au "
		    "plus.";
	if (q->event != NULL && event_word(q->event) == NULL)
		return "Cet événement n’existe pas.";
	if (q->address != NULL && !address_valid(q->address))
		return "Cette adresse n’est pas celle d’une machine\u202f: par "
		    "exemple 192.0.2.15.";
	if (!result_read(q) || (q->before != NULL &&
	    str_to_int(q->before, INT64_MAX, &n) != ST_OK))
		return "Ce filtre n’existe pas.";
	return NULL;
}

/* The events that fit kind and result, as an array; NULL: all. */
static const char *
events_array(const struct ask *q)
{
	const char **v;
	const struct event_word *w;
	size_t n, i, used = 0;

	if (q->event == NULL && q->result == RESULT_ALL)
		return NULL;
	w = event_words(&n);
	v = ARENA_ARRAY(q->rq->arena, n, const char *);
	for (i = 0; i < n; i++)
		if ((q->event == NULL || strcmp(q->event, w[i].code) == 0) &&
		    (q->result == RESULT_ALL ||
		    w[i].refused == (q->result == RESULT_REFUSED)))
			v[used++] = w[i].code;
	return db_text_array(q->rq->arena, v, used);
}

/* Whose events are meant: of that very mail, else of whom the words fit. */
static enum status
accounts_find(struct ask *q)
{
	struct request *rq = q->rq;
	int64_t id[ACCOUNTS_MAX];
	struct rows r;
	enum status st;
	size_t i;

	if (q->account == NULL)
		return ST_OK;
	if ((st = db_run(rq->db, Q_journal_accounts, DB_ARGS(q->account),
	    &r)) != ST_OK)
		return st;
	q->n_accounts = r.n;
	if (r.n > 0 && row_bool(&r, 0, COL_journal_accounts_exact))
		q->n_accounts = 1;
	for (i = 0; i < q->n_accounts && i < ACCOUNTS_MAX; i++)
		id[i] = row_int(&r, i, COL_journal_accounts_id, 0);
	q->accounts = db_int_array(rq->arena, id, i);
	return ST_OK;
}

static enum status
events_read(struct ask *q, int64_t most)
{
	struct request *rq = q->rq;
	const struct zone *z = rq->app->paris;

	return db_run(rq->db, Q_journal_list, DB_ARGS(db_int(rq->db,
	    rq->session.account_id), instant_sql(rq->arena, zone_day_start(z,
	    q->first)), instant_sql(rq->arena, zone_day_start(z, q->last + 1)),
	    events_array(q), q->accounts, q->address, q->reason, q->before,
	    db_int(rq->db, most)), &q->r);
}

/* --- showing ------------------------------------------------------------------ */

static void
parameter(struct str *s, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	str_addf(s, "&%s=", name);
	str_add_url(s, value);
}

/* This page with its filters; before, format: NULL = without. */
static const char *
address_of(const struct ask *q, const char *before, const char *format)
{
	struct arena *a = q->rq->arena;
	struct str s;
	const char *out;

	str_init(&s, 32 * 1024);
	str_addf(&s, PATH "?du=%s&au=%s", day_iso(a, q->first),
	    day_iso(a, q->last));
	parameter(&s, "evenement", q->event);
	parameter(&s, "resultat", results[q->result].code);
	parameter(&s, "compte", q->account);
	parameter(&s, "adresse", q->address);
	parameter(&s, "motif", q->reason);
	parameter(&s, "avant", before);
	parameter(&s, "format", format);
	out = str_ok(&s) ? arena_strdup(a, s.data) : PATH;
	str_free(&s);
	return out;
}

/* The same period for one account or one address. */
static const char *
address_for(const struct ask *q, const char *account, const char *address)
{
	struct ask other = { .rq = q->rq, .first = q->first, .last = q->last,
	    .account = account, .address = address };

	return address_of(&other, NULL, NULL);
}

struct facts {
	char		**keys, **values;
	size_t		 n;
};

static void
fact_row(struct view *v, size_t i, const void *data)
{
	const struct facts *f = data;
	const char *value = detail_value(view_arena(v), f->keys[i],
	    f->values[i]);

	view_text(v, K_fact_label, detail_label(f->keys[i]));
	view_text(v, K_fact_value, value);
	view_flag(v, K_fact_long, strlen(value) > LONG_CHARS);
}

/* What a detail says to a reader: no field without a value, of a purge no rule
 * that took nothing, and who acted has a place of its own. */
static struct facts *
facts_of(struct arena *a, const struct rows *r, size_t i)
{
	struct facts *f = ARENA_NEW(a, struct facts);
	bool purge = strcmp(row_text(r, i, COL(event)), "purge") == 0;
	bool by = !row_null(r, i, COL(by_name));
	size_t n, j;

	n = row_array(a, r, i, COL(detail_keys), &f->keys);
	if (row_array(a, r, i, COL(detail_values), &f->values) < n)
		n = 0;
	f->n = 0;
	for (j = 0; j < n; j++) {
		if (f->values[j] == NULL || f->values[j][0] == '\0' ||
		    (purge && strcmp(f->values[j], "0") == 0) ||
		    (by && strcmp(f->keys[j], "by") == 0))
			continue;
		f->keys[f->n] = f->keys[j];
		f->values[f->n++] = f->values[j];
	}
	return f;
}

/* 20/11/2026 10:02:07 */
static const char *
instant_text(struct arena *a, const struct zone *z, int64_t at)
{
	return arena_printf(a, "%s:%02lld", fr_instant(a, z, at),
	    (long long)(at % 60));
}

static void
event_row(struct view *v, size_t i, const void *data)
{
	const struct ask *q = data;
	const struct rows *r = &q->r;
	struct arena *a = view_arena(v);
	const struct zone *z = q->rq->app->paris;
	int64_t at = row_instant(r, i, COL(at), 0);
	const char *code = row_text(r, i, COL(event));
	const char *login = row_text(r, i, COL(account_login));
	const char *address = row_text(r, i, COL(address));
	const struct event_word *w = event_word(code);
	const struct facts *f = facts_of(a, r, i);

	view_text(v, K_at, instant_text(a, z, at));
	view_text(v, K_at_iso, instant_iso(a, z, at));
	view_text(v, K_event, w == NULL ? code : w->label);
	view_flag(v, K_refused, w != NULL && w->refused);
	view_text(v, K_who, row_text(r, i, COL(account_name)));
	view_text(v, K_who_login, login);
	if (login != NULL)
		view_text(v, K_who_href, address_for(q, login, NULL));
	view_text(v, K_by, row_text(r, i, COL(by_name)));
	view_text(v, K_from_address, address);
	if (address != NULL)
		view_text(v, K_from_href, address_for(q, NULL, address));
	view_list(v, K_facts, f->n, fact_row, f);
}

static void
result_row(struct view *v, size_t i, const void *data)
{
	const struct ask *q = data;

	view_text(v, K_code, results[i].code);
	view_text(v, K_label, results[i].label);
	view_flag(v, K_selected, (enum result)i == q->result);
}

static void
reason_row(struct view *v, size_t i, const void *data)
{
	const struct ask *q = data;
	const struct word *w;
	size_t n;

	w = &reason_words(&n)[i];
	view_text(v, K_code, w->code);
	view_text(v, K_label, w->label);
	view_flag(v, K_selected, q->reason != NULL &&
	    strcmp(q->reason, w->code) == 0);
}

struct kinds {
	const struct ask	*q;
	const struct event_word	*v;
	enum event_group	 group;
	size_t			 n;
};

static void
kind_row(struct view *v, size_t i, const void *data)
{
	const struct kinds *k = data;

	view_text(v, K_code, k->v[i].code);
	view_text(v, K_label, k->v[i].label);
	view_flag(v, K_selected, k->q->event != NULL &&
	    strcmp(k->q->event, k->v[i].code) == 0);
}

static void
group_row(struct view *v, size_t i, const void *data)
{
	const struct kinds *k = &((const struct kinds *)data)[i];

	view_text(v, K_label, event_group_label(k->group));
	view_list(v, K_events, k->n, kind_row, k);
}

/* The table of events is by group: each is a run of it. */
static void
groups_fill(struct view *v, const struct ask *q)
{
	struct kinds *k = ARENA_ARRAY(q->rq->arena, EVENT__MAX, struct kinds);
	const struct event_word *w;
	size_t n, i;
	int g;

	w = event_words(&n);
	for (g = 0; g < EVENT__MAX; g++)
		k[g] = (struct kinds){ .q = q, .group = (enum event_group)g };
	for (i = 0; i < n; i++) {
		struct kinds *of = &k[w[i].group];

		if (of->n++ == 0)
			of->v = &w[i];
	}
	view_list(v, K_groups, EVENT__MAX, group_row, k);
}

static void
form_fill(struct view *v, const struct ask *q)
{
	struct arena *a = q->rq->arena;
	size_t n;

	view_text(v, K_from, day_iso(a, q->first));
	view_text(v, K_to, day_iso(a, q->last));
	groups_fill(v, q);
	view_list(v, K_results, RESULT__MAX, result_row, q);
	(void)reason_words(&n);
	view_list(v, K_reasons, n, reason_row, q);
	view_text(v, K_account, q->account);
	view_text(v, K_address, q->address);
	view_flag(v, K_filtered, q->event != NULL || q->result != RESULT_ALL ||
	    q->account != NULL || q->address != NULL || q->reason != NULL ||
	    q->before != NULL);
}

static const char *
heading(const struct ask *q)
{
	struct arena *a = q->rq->arena;
	const char *first = fr_date(a, q->first), *last = fr_date(a, q->last);

	return q->first == q->last ? arena_printf(a, "Le %s", last) :
	    arena_printf(a, "Du %s au %s", first, last);
}

static const char *
note(const struct ask *q)
{
	if (q->account == NULL || q->n_accounts == 1)
		return NULL;
	if (q->n_accounts == 0)
		return "Aucun compte n’a ce nom ni cette adresse.";
	if (q->n_accounts > ACCOUNTS_MAX)
		return "Beaucoup de comptes correspondent\u202f: les vingt "
		    "premiers sont ici. Précisez le nom ou l’adresse.";
	return arena_printf(q->rq->arena, "%s correspondent.",
	    fr_count(q->rq->arena, (int64_t)q->n_accounts, "compte",
	    "comptes"));
}

static enum status
show(struct ask *q, struct response *rs)
{
	struct request *rq = q->rq;
	struct view *v = page_begin(rq, "Journal", NAV_TOOLS);
	bool more = q->r.n > ROWS_MAX;

	q->n = more ? ROWS_MAX : q->r.n;
	form_fill(v, q);
	view_text(v, K_heading, heading(q));
	view_text(v, K_note, note(q));
	view_text(v, K_href_csv, address_of(q, NULL, "csv"));
	if (q->before != NULL)
		view_text(v, K_href_first, address_of(q, NULL, NULL));
	if (more)
		view_text(v, K_href_next, address_of(q, row_text(&q->r,
		    ROWS_MAX - 1, COL(id)), NULL));
	view_flag(v, K_history_open, routes_open(rq, "/capacitaire/jour"));
	view_flag(v, K_directory_open, routes_open(rq, "/repertoire"));
	view_list(v, K_rows, q->n, event_row, q);
	return page_end(rq, rs, PAGE_journal, v);
}

/* --- the file ------------------------------------------------------------------- */

static const char *const heads[] = { "numero", "instant", "evenement",
	"libelle", "resultat", "compte", "nom", "identifiant", "par",
	"adresse", "detail" };

/* « role=admin ; scope=france »: the codes, for who counts them. */
static void
csv_detail(struct str *out, struct arena *a, const struct rows *r, size_t i)
{
	char **keys, **values, *text = arena_strdup(a, "");
	size_t n = row_array(a, r, i, COL(detail_keys), &keys), j;

	if (row_array(a, r, i, COL(detail_values), &values) < n)
		n = 0;
	for (j = 0; j < n; j++)
		if (values[j] != NULL)
			text = arena_printf(a, "%s%s%s=%s", text,
			    text[0] == '\0' ? "" : " ; ", keys[j], values[j]);
	csv_text(out, text);
}

static void
csv_record(struct str *out, const struct ask *q, size_t i)
{
	const struct rows *r = &q->r;
	struct arena *a = q->rq->arena;
	const char *code = row_text(r, i, COL(event));
	const struct event_word *w = event_word(code);

	csv_num(out, row_text(r, i, COL(id)));
	csv_text(out, instant_iso(a, q->rq->app->paris, row_instant(r, i,
	    COL(at), 0)));
	csv_text(out, code);
	csv_text(out, w == NULL ? code : w->label);
	csv_text(out, w != NULL && w->refused ? "refus" : "fait");
	csv_num(out, row_text(r, i, COL(account_id)));
	csv_text(out, row_text(r, i, COL(account_name)));
	csv_text(out, row_text(r, i, COL(account_login)));
	csv_text(out, row_text(r, i, COL(by_name)));
	csv_text(out, row_text(r, i, COL(address)));
	csv_detail(out, a, r, i);
	csv_end(out);
}

static enum status
file(struct ask *q, struct response *rs)
{
	struct request *rq = q->rq;
	int64_t lines = 0;
	struct rows none;
	enum status st;
	size_t i;

	csv_start(rs->body);
	for (i = 0; i < N_ELEM(heads); i++)
		csv_text(rs->body, heads[i]);
	csv_end(rs->body);
	for (;;) {
		for (i = 0; i < q->r.n; i++)
			csv_record(rs->body, q, i);
		lines += (int64_t)q->r.n;
		if (q->r.n < CSV_STEP || lines >= CSV_MAX)
			break;
		q->before = row_text(&q->r, q->r.n - 1, COL(id));
		if ((st = events_read(q, CSV_STEP)) != ST_OK)
			return st;
	}
	if ((st = db_write(rq->db, Q_journal_exported, DB_ARGS(db_int(rq->db,
	    rq->session.account_id), request_inet(rq), db_int(rq->db, lines)),
	    &none)) != ST_OK)
		return st;
	response_file(rs, "text/csv", "journal.csv");
	return ST_OK;
}

enum status
page_journal(struct request *rq, struct response *rs)
{
	const char *format = request_query(rq, "format"), *wrong;
	bool csv = format != NULL && strcmp(format, "csv") == 0;
	struct ask q;
	enum status st;

	if ((wrong = ask_read(rq, &q)) != NULL)
		return response_error(rs, ST_INPUT, wrong);
	if ((st = accounts_find(&q)) != ST_OK ||
	    (st = events_read(&q, csv ? CSV_STEP : ROWS_MAX + 1)) != ST_OK)
		return st;
	return csv ? file(&q, rs) : show(&q, rs);
}
