/* sentinel.c - who is silent, for those who watch over a region. */
#include "pages/sentinel.h"

#include <string.h>

#include "base/csv.h"
#include "base/french.h"
#include "handlers.h"
#include "page.h"

#define NB	"\xe2\x80\xaf"		/* U+202F */

enum { ROWS_MAX = 500, CSV_MAX = 20000 };

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(kinds)		\
	X(subjects) X(departements) X(states) X(code) X(label)		\
	X(selected) X(heading) X(cut) X(href_csv) X(ended) X(rows)	\
	X(name) X(is_feed) X(site) X(site_href) X(departement) X(state)	\
	X(since) X(since_iso) X(ended_text) X(rhythm) X(touched)	\
	X(manual) X(contact) X(phone) X(phone_href) X(place) X(self)	\
	X(to_manual) X(to_feed) X(filtered)
PAGE_SPEC(sentinel, "sentinel.html", KEYS);

/* What each filter takes, "" first. */
struct choice { const char *code, *label; };

static const struct choice kinds[SILENCE__MAX] = {
	[SILENCE_NONE]	  = { "", "Toutes" },
	[SILENCE_SILENT]  = { "silence", "Silence" },
	[SILENCE_FLAT]	  = { "inchange", "Chiffres inchangés" },
	[SILENCE_DROPPED] = { "moins", "Moins de lieux" },
};
static const struct choice subjects[] = { { "", "Remontées et lieux" },
	{ "remontees", "Remontées" }, { "lieux", "Lieux saisis à la main" } };
static const char *const subject_names[] = { NULL, "feed", "place" };
static const struct choice states[] = { { "", "En cours" },
	{ "terminees", "Terminées depuis 30 jours" } };

struct ask {
	struct request	*rq;
	size_t		 kind, subject, state;
	const struct departement *departement;	/* NULL = all */
	bool		 may;			/* move places */
	struct silence_list list;
};

/* --- words ------------------------------------------------------------------ */

const char *
silence_text(struct arena *a, enum silence_kind kind, bool is_feed,
    int64_t for_s, int64_t heard, int64_t usual)
{
	const char *span = fr_span(a, for_s < 0 ? 0 : for_s);

	switch (kind) {
	case SILENCE_FLAT:
		return arena_printf(a, "chiffres inchangés depuis %s", span);
	case SILENCE_DROPPED:
		return arena_printf(a, "ne parle plus que de %s sur %s depuis "
		    "%s", fr_count(a, heard, "lieu", "lieux"),
		    fr_int(a, usual), span);
	default:
		return arena_printf(a, "%s depuis %s", is_feed ?
		    "remontée silencieuse" : "silencieux", span);
	}
}

const char *
silence_rhythm(struct arena *a, int64_t median_s)
{
	static const struct {
		int64_t		 unit_s;
		const char	*one, *each, *many;
	} steps[] = {
		{ 7 * 86400, "chaque semaine", "toutes les", "semaines" },
		{ 86400, "chaque jour", "tous les", "jours" },
		{ 3600, "chaque heure", "toutes les", "heures" },
		{ 60, "chaque minute", "toutes les", "minutes" },
	};
	int64_t n;
	size_t i;

	/* The largest unit that it is nearly one of, rounded. */
	for (i = 0; i + 1 < N_ELEM(steps) &&
	    median_s < steps[i].unit_s * 9 / 10; i++)
		;
	n = (median_s + steps[i].unit_s / 2) / steps[i].unit_s;
	return n <= 1 ? steps[i].one : arena_printf(a, "%s %s %s",
	    steps[i].each, fr_int(a, n), steps[i].many);
}

const char *
silence_roles(struct request *rq)
{
	static const enum role roles[] = { ROLE_BED_MANAGER, ROLE_STEWARD,
		ROLE_ANALYST, ROLE_ADMIN };
	const char *held[N_ELEM(roles)];
	size_t n = 0, i;

	for (i = 0; i < N_ELEM(roles); i++)
		if (session_has(&rq->session, roles[i]))
			held[n++] = role_name(roles[i]);
	return n == 0 ? NULL : db_text_array(rq->arena, held, n);
}

/* --- showing ------------------------------------------------------------------ */

/* « 23 lieux, 310 lits » */
static const char *
touched_text(struct arena *a, const struct silence *s)
{
	const char *places = fr_count(a, s->n_places, "lieu", "lieux");

	return s->n_beds == 0 ? places : arena_printf(a, "%s, %s", places,
	    fr_count(a, s->n_beds, "lit", "lits"));
}

static int64_t
lasted(const struct ask *q, const struct silence *s)
{
	return (s->ended_utc == -1 ? q->rq->now : s->ended_utc) - s->since_utc;
}

static void
silence_row(struct view *v, size_t i, const void *data)
{
	const struct ask *q = data;
	const struct silence *s = &q->list.v[i];
	struct arena *a = view_arena(v);
	bool open = s->is_feed && s->ended_utc == -1;

	view_text(v, K_name, s->name);
	view_flag(v, K_is_feed, s->is_feed);
	view_text(v, K_site, s->site_name);
	view_text(v, K_site_href, s->site_finess);
	view_text(v, K_departement, s->departement);
	view_text(v, K_state, silence_text(a, s->kind, s->is_feed,
	    lasted(q, s), s->heard, s->usual));
	view_text(v, K_since, fr_instant(a, s->zone, s->since_utc));
	view_text(v, K_since_iso, instant_iso(a, s->zone, s->since_utc));
	if (s->ended_utc != -1)
		view_text(v, K_ended_text, fr_instant(a, s->zone,
		    s->ended_utc));
	view_text(v, K_rhythm, silence_rhythm(a, s->median_s));
	view_text(v, K_touched, touched_text(a, s));
	if (s->n_manual > 0)
		view_text(v, K_manual, s->n_manual == s->n_places ?
		    "en saisie manuelle" : arena_printf(a, "dont %s en saisie "
		    "manuelle", fr_int(a, s->n_manual)));
	view_text(v, K_contact, s->contact);
	view_text(v, K_phone, fr_phone(a, s->phone));
	view_text(v, K_phone_href, fr_phone_href(a, s->phone));
	view_text(v, K_place, arena_printf(a, "l%lld",
	    (long long)s->place_id));
	view_flag(v, K_to_manual, open && q->may && s->n_manual < s->n_places);
	view_flag(v, K_to_feed, open && q->may && s->n_manual > 0);
}

struct options { const struct choice *v; size_t at; };

static void
option_row(struct view *v, size_t i, const void *data)
{
	const struct options *o = data;

	view_text(v, K_code, o->v[i].code);
	view_text(v, K_label, o->v[i].label);
	view_flag(v, K_selected, i == o->at);
}

static void
departement_row(struct view *v, size_t i, const void *data)
{
	const struct ask *q = data;
	const struct departement *d = &q->rq->app->geo.departements[i];

	view_text(v, K_code, d->code);
	view_text(v, K_label, d->name);
	view_flag(v, K_selected, d == q->departement);
}

static void
options(struct view *v, int key, const struct choice *c, size_t n, size_t at)
{
	struct options *o = ARENA_NEW(view_arena(v), struct options);

	*o = (struct options){ c, at };
	view_list(v, key, n, option_row, o);
}

/* This page with its filters; format=csv asks for the file. */
static const char *
address(const struct ask *q, bool csv)
{
	return arena_printf(q->rq->arena, "/administration/sentinelle?"
	    "alarme=%s&objet=%s&departement=%s&etat=%s%s",
	    kinds[q->kind].code, subjects[q->subject].code,
	    q->departement == NULL ? "" : q->departement->code,
	    states[q->state].code, csv ? "&format=csv" : "");
}

static const char *
heading(const struct ask *q)
{
	struct arena *a = q->rq->arena;

	return arena_printf(a, "%s %s", fr_count(a, q->list.n_all, "alarme",
	    "alarmes"), q->state == 0 ? "en cours" : q->list.n_all < 2 ?
	    "terminée" : "terminées");
}

static enum status
show(struct ask *q, struct response *rs)
{
	struct request *rq = q->rq;
	struct view *v = page_begin(rq, "Sentinelle", NAV_TOOLS);
	bool filtered = q->kind != 0 || q->subject != 0 ||
	    q->departement != NULL || q->state != 0;

	view_text(v, K_alert, channel_alert(rq));
	view_text(v, K_alert_kind, "success");
	options(v, K_kinds, kinds, N_ELEM(kinds), q->kind);
	options(v, K_subjects, subjects, N_ELEM(subjects), q->subject);
	options(v, K_states, states, N_ELEM(states), q->state);
	view_list(v, K_departements, rq->app->geo.n_departements,
	    departement_row, q);
	view_text(v, K_heading, heading(q));
	if (q->list.n_all > (int64_t)q->list.n)
		view_text(v, K_cut, arena_printf(rq->arena, "Les %s plus "
		    "anciennes sont ici" NB "; le fichier CSV les a toutes.",
		    fr_int(rq->arena, (int64_t)q->list.n)));
	view_text(v, K_self, address(q, false));
	view_text(v, K_href_csv, address(q, true));
	view_flag(v, K_ended, q->state != 0);
	view_flag(v, K_filtered, filtered);
	view_list(v, K_rows, q->list.n, silence_row, q);
	return page_end(rq, rs, PAGE_sentinel, v);
}

/* --- the file ----------------------------------------------------------------- */

static const char *const heads[] = { "objet", "nom", "alarme", "departement",
	"finess", "etablissement", "depuis", "detectee", "terminee",
	"rythme_habituel_s", "lieux_entendus", "lieux_habituels", "lieux",
	"lits_installes", "lieux_en_saisie_manuelle", "contact",
	"telephone" };

static void
csv_int(struct str *out, struct arena *a, int64_t n)
{
	csv_num(out, n < 0 ? NULL : arena_printf(a, "%lld", (long long)n));
}

static void
csv_instant(struct str *out, struct arena *a, const struct zone *z, int64_t at)
{
	csv_text(out, at < 0 ? NULL : instant_iso(a, z, at));
}

static void
csv_record(struct str *out, struct arena *a, const struct silence *s)
{
	bool drop = s->kind == SILENCE_DROPPED;

	csv_text(out, s->is_feed ? "remontee" : "lieu");
	csv_text(out, s->name);
	csv_text(out, kinds[s->kind].code);
	csv_text(out, s->departement);
	csv_text(out, s->site_finess);
	csv_text(out, s->site_name);
	csv_instant(out, a, s->zone, s->since_utc);
	csv_instant(out, a, s->zone, s->detected_utc);
	csv_instant(out, a, s->zone, s->ended_utc);
	csv_int(out, a, s->median_s);
	csv_int(out, a, drop ? s->heard : -1);
	csv_int(out, a, drop ? s->usual : -1);
	csv_int(out, a, s->n_places);
	csv_int(out, a, s->n_beds);
	csv_int(out, a, s->n_manual);
	csv_text(out, s->contact);
	csv_text(out, s->phone);
	csv_end(out);
}

static enum status
file(struct ask *q, struct response *rs)
{
	size_t i;

	csv_start(rs->body);
	for (i = 0; i < N_ELEM(heads); i++)
		csv_text(rs->body, heads[i]);
	csv_end(rs->body);
	for (i = 0; i < q->list.n; i++)
		csv_record(rs->body, q->rq->arena, &q->list.v[i]);
	response_file(rs, "text/csv", "sentinelle.csv");
	return ST_OK;
}

/* --- reading ------------------------------------------------------------------ */

/* Which choice a field names; absent is the first. */
static enum status
choose(struct request *rq, const char *field, const struct choice *c,
    size_t n, size_t *ret)
{
	const char *given = request_query(rq, field);
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(given == NULL ? "" : given, c[i].code) == 0) {
			*ret = i;
			return ST_OK;
		}
	return ST_INPUT;
}

static enum status
ask_read(struct request *rq, struct ask *q)
{
	const char *departement = request_query(rq, "departement");

	*q = (struct ask){ .rq = rq };
	q->may = session_has(&rq->session, ROLE_STEWARD) ||
	    session_has(&rq->session, ROLE_ADMIN);
	if (choose(rq, "alarme", kinds, N_ELEM(kinds), &q->kind) != ST_OK ||
	    choose(rq, "objet", subjects, N_ELEM(subjects),
	    &q->subject) != ST_OK ||
	    choose(rq, "etat", states, N_ELEM(states), &q->state) != ST_OK)
		return ST_INPUT;
	if (departement == NULL || departement[0] == '\0')
		return ST_OK;
	q->departement = geography_departement(&rq->app->geo, departement);
	return q->departement == NULL ? ST_INPUT : ST_OK;
}

enum status
page_sentinel(struct request *rq, struct response *rs)
{
	const char *format = request_query(rq, "format");
	bool csv = format != NULL && strcmp(format, "csv") == 0;
	struct ask q;
	enum status st;

	if (ask_read(rq, &q) != ST_OK)
		return response_error(rs, ST_INPUT,
		    "Ce filtre n’existe pas.");
	if ((st = silence_list(rq->db, &(struct silence_ask){
	    .account_id = rq->session.account_id,
	    .roles = "{steward,analyst,admin}",
	    .subject = subject_names[q.subject],
	    .kind = (enum silence_kind)q.kind,
	    .departement = q.departement == NULL ? NULL :
	    q.departement->code, .ended = q.state != 0, .now = rq->now,
	    .most = csv ? CSV_MAX : ROWS_MAX }, &q.list)) != ST_OK)
		return st;
	return csv ? file(&q, rs) : show(&q, rs);
}
