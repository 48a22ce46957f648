/* feeds.c - administration of machines: who may push capacity, for which sites,
 * and who may read it.
 *
 * A steward reads those of his territory.  Every act is auth.feed_do(), which
 * checks the role again and audits; a secret comes from there, is shown once on
 * the page that answers the form, and is nowhere else.
 */
#include <stdlib.h>
#include <string.h>

#include "base/french.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(can_act)	\
	X(feeds) X(count) X(href) X(name) X(label) X(contact)		\
	X(source_label) X(sites) X(site) X(site_name) X(n_sites)	\
	X(suspended) X(suspended_text) X(suspended_reason)		\
	X(certificate) X(token_age) X(token_iso) X(token_title)		\
	X(heard_age) X(heard_iso) X(heard_title) X(created)		\
	X(previous) X(secret) X(secret_name) X(error) X(bad_name)	\
	X(bad_label) X(bad_sites) X(bad_reason) X(f_name) X(f_label)	\
	X(f_contact) X(f_source2) X(f_source3) X(f_source4)		\
	X(f_certificate) X(f_sites) X(f_reason) X(f_send) X(profiles)	\
	X(scopes) X(value) X(text) X(selected) X(f_code) X(may_send)	\
	X(reads) X(bad_rights)
PAGE_SPEC(feeds, "feeds.html", KEYS);
const struct page_spec page_spec_feed = { .file = "feed.html",
	.keys = feeds_keys, .n_keys = K__MAX };

#define LIST	"/administration/remontees"

enum { SITES_MAX = 500, LABEL_MAX = 200, CERTIFICATE_MAX = 400 };

/* What each refusal of auth.feed_do() is; key: the field it is about. */
static const struct refusal {
	const char	*outcome;
	int		 http;
	int		 key;		/* 0: the whole form */
	const char	*text;
} refusals[] = {
	{ "taken", 409, K_bad_name, "Un logiciel porte déjà cet "
	    "identifiant." },
	{ "name", 422, K_bad_name, "De 2 à 63 caractères\u202f: lettres minuscules "
	    "sans accent, chiffres, point, tiret, souligné." },
	{ "label", 422, K_bad_label, "Donnez un nom à ce logiciel, en 200 "
	    "caractères au plus." },
	{ "site", 422, K_bad_sites, "Numéro FINESS d’établissement inconnu" },
	{ "sites", 422, K_bad_sites, "Indiquez au moins un établissement, et "
	    "500 au plus." },
	{ "reason", 422, K_bad_reason, "Indiquez la raison, en 200 caractères "
	    "au plus." },
	{ "again", 409, 0, "C’était déjà le cas\u202f: quelqu’un l’a fait avant "
	    "vous." },
	{ "source", 422, 0, "Choisissez une source de la liste." },
	{ "certificate", 422, 0, "Certificat trop long." },
	{ "right", 422, K_bad_rights, "Choisissez au moins un droit\u202f: envoyer, "
	    "ou consulter." },
	{ "profile", 422, K_bad_rights, "Choisissez un profil de la liste." },
	{ "scope", 422, K_bad_rights, "Ce territoire n’existe pas\u202f: une région ou "
	    "un département a un code, les autres n’en ont pas." },
};

/* What a machine may be shown of figures, DOMAIN 4, and of which places. */
static const struct choice { const char *value, *text; } profiles[] = {
	{ "", "ne consulte pas" },
	{ "P1", "P1\u202f: toutes les capacités" },
	{ "P2", "P2\u202f: toutes, sauf les supplémentaires" },
	{ "P3", "P3\u202f: médico-social, sauf les supplémentaires" },
	{ "P4", "P4\u202f: toutes les capacités" },
	{ "P5", "P5\u202f: installés seulement" },
	{ "P0", "P0\u202f: les lieux, sans capacité" },
}, scopes[] = {
	{ "sites", "de ses établissements" },
	{ "departement", "d’un département" },
	{ "region", "d’une région" },
	{ "france", "de toute la France" },
};

struct act {
	const char	*verb, *name, *label, *contact, *source, *certificate;
	const char	*sites;		/* '{…}', or NULL */
	const char	*reason, *overlap_s;
	const char	*send, *profile, *scope, *code;	/* its rights */
	const char	*outcome, *detail, *secret;
};

/* --- showing --- */

static void
age_fill(struct view *v, const struct rows *r, size_t i, int col,
    const int64_t *now, const struct zone *zone, int key)
{
	struct arena *a = view_arena(v);
	int64_t at = row_instant(r, i, col, -1);

	if (at == -1)
		return;
	view_text(v, key, fr_age(a, *now - at));
	view_text(v, key + 1, instant_iso(a, zone, at));
	view_text(v, key + 2, fr_instant_long(a, zone, at));
}

struct scene {
	struct request	*rq;
	struct rows	 r;
	char		**sites;	/* of one feed: number, name, … */
	size_t		 n_sites;
};

static void
site_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;

	view_text(v, K_site, s->sites[2 * i]);
	view_text(v, K_site_name, s->sites[2 * i + 1]);
}

/* « 3 établissements », or the only one. */
static const char *
sites_text(struct arena *a, char **sites, size_t n)
{
	if (n == 0)
		return "aucun établissement";
	return n == 1 ? sites[1] : arena_printf(a, "%s, dont %s",
	    fr_count(a, (int64_t)n, "établissement", "établissements"),
	    sites[1]);
}

static const char *
choice_text(const struct choice *c, size_t n, const char *value)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(c[i].value, value) == 0)
			return c[i].text;
	return value;
}

/* « P2 : toutes, sauf les supplémentaires, d’une région : Bretagne » */
static const char *
reads_text(struct request *rq, const struct rows *r, size_t i)
{
	const char *profile = row_text(r, i, COL_feed_list_profile);
	const char *scope = row_text(r, i, COL_feed_list_read_scope);
	const char *code = row_text(r, i, COL_feed_list_read_code);
	const struct geography *g = &rq->app->geo;
	const char *where = choice_text(scopes, N_ELEM(scopes), scope);

	if (profile == NULL)
		return NULL;
	if (code != NULL && strcmp(scope, "region") == 0 &&
	    geography_region(g, code) != NULL)
		code = geography_region(g, code)->name;
	else if (code != NULL && geography_departement(g, code) != NULL)
		code = geography_departement(g, code)->name;
	return arena_printf(rq->arena, "%s, %s%s%s", choice_text(profiles,
	    N_ELEM(profiles), profile), where, code == NULL ? "" :
	    "\u202f: ", code == NULL ? "" : code);
}

struct choosing {
	const struct choice	*c;
	const char		*value;
};

static void
choice_row(struct view *v, size_t i, const void *data)
{
	const struct choosing *x = data;

	view_text(v, K_value, x->c[i].value);
	view_text(v, K_text, x->c[i].text);
	view_flag(v, K_selected, x->value != NULL &&
	    strcmp(x->c[i].value, x->value) == 0);
}

/* The fields of rights: as they were sent, else as they are. */
static void
rights_fill(struct view *v, struct request *rq, const char *send,
    const char *profile, const char *scope, const char *code)
{
	struct choosing *p = ARENA_NEW(rq->arena, struct choosing);
	struct choosing *s = ARENA_NEW(rq->arena, struct choosing);

	if (request_form(rq, "profil") != NULL) {
		send = request_form(rq, "envoie");
		profile = request_form(rq, "profil");
		scope = request_form(rq, "perimetre");
		code = request_form(rq, "territoire");
	}
	*p = (struct choosing){ profiles, profile };
	*s = (struct choosing){ scopes, scope };
	view_flag(v, K_f_send, send != NULL);
	view_list(v, K_profiles, N_ELEM(profiles), choice_row, p);
	view_list(v, K_scopes, N_ELEM(scopes), choice_row, s);
	view_text(v, K_f_code, code);
}

static void
feed_fill(struct view *v, const struct scene *s, size_t i)
{
	const struct rows *r = &s->r;
	struct request *rq = s->rq;
	struct arena *a = view_arena(v);
	const struct zone *paris = rq->app->paris;
	int64_t at = row_instant(r, i, COL_feed_list_suspended_at, -1);
	char **sites;
	size_t n = row_array(a, r, i, COL_feed_list_sites, &sites) / 2;

	view_text(v, K_href, arena_printf(a, LIST "/r%lld",
	    (long long)row_int(r, i, COL_feed_list_id, 0)));
	view_text(v, K_name, row_text(r, i, COL_feed_list_name));
	view_text(v, K_label, row_text(r, i, COL_feed_list_label));
	view_text(v, K_n_sites, sites_text(a, sites, n));
	view_text(v, K_certificate, row_text(r, i, COL_feed_list_certificate));
	view_flag(v, K_suspended, at != -1);
	if (at != -1)
		view_text(v, K_suspended_text, fr_instant(a, paris, at));
	view_flag(v, K_may_send, row_bool(r, i, COL_feed_list_may_send));
	view_text(v, K_reads, reads_text(rq, r, i));
	view_text(v, K_suspended_reason, row_text(r, i,
	    COL_feed_list_suspended_reason));
	age_fill(v, r, i, COL_feed_list_token_at, &rq->now, paris,
	    K_token_age);
	age_fill(v, r, i, COL_feed_list_heard_at, &rq->now, paris,
	    K_heard_age);
}

static void
feed_row(struct view *v, size_t i, const void *data)
{
	feed_fill(v, data, i);
}

static enum status
scene_read(struct request *rq, const char *feed, struct scene *ret)
{
	*ret = (struct scene){ .rq = rq };
	return db_run(rq->db, Q_feed_list, DB_ARGS(db_int(rq->db,
	    rq->session.account_id), feed), &ret->r);
}

static struct view *
view_begin(struct request *rq, const char *title)
{
	struct view *v = page_begin(rq, title, NAV_TOOLS);

	view_flag(v, K_can_act, session_covers_region(rq, ROLE_ADMIN, NULL));
	return v;
}

/* The fields as they were sent, and what is wrong with one of them. */
static void
form_fill(struct view *v, struct request *rq, const struct act *t,
    const struct refusal *why)
{
	const char *source = request_form(rq, "source");

	view_text(v, K_f_name, request_form(rq, "identifiant"));
	view_text(v, K_f_label, request_form(rq, "nom"));
	view_text(v, K_f_contact, request_form(rq, "contact"));
	view_text(v, K_f_certificate, request_form(rq, "certificat"));
	view_text(v, K_f_sites, request_form(rq, "etablissements"));
	view_text(v, K_f_reason, request_form(rq, "raison"));
	view_flag(v, K_f_source3, source != NULL && strcmp(source, "03") == 0);
	view_flag(v, K_f_source4, source != NULL && strcmp(source, "04") == 0);
	view_text(v, K_error, strcmp(why->outcome, "site") != 0 ? why->text :
	    arena_printf(rq->arena, "%s\u202f: %s.", why->text, t->detail));
	if (why->key != 0)
		view_flag(v, why->key, true);
	view_text(v, K_alert, why->key == 0 ? why->text : "Rien n’est "
	    "enregistré\u202f: un champ est à corriger.");
	view_text(v, K_alert_kind, "error");
}

static void
secret_fill(struct view *v, const struct act *t)
{
	view_text(v, K_secret, t->secret);
	view_text(v, K_secret_name, t->name);
}

static enum status
list_show(struct request *rq, struct response *rs, const struct act *t,
    const struct refusal *why)
{
	struct view *v = view_begin(rq, "Logiciels raccordés");
	struct scene *s = ARENA_NEW(rq->arena, struct scene);
	enum status st;

	if ((st = scene_read(rq, NULL, s)) != ST_OK)
		return st;
	view_list(v, K_feeds, s->r.n, feed_row, s);
	view_text(v, K_count, fr_count(rq->arena, (int64_t)s->r.n, "logiciel",
	    "logiciels"));
	rights_fill(v, rq, "1", "", "sites", NULL);
	if (why != NULL)
		form_fill(v, rq, t, why);
	else if (t != NULL)
		secret_fill(v, t);
	return page_end(rq, rs, PAGE_feeds, v);
}

/* "0Z0000001\n0Z0000002\n", for the field. */
static const char *
sites_field(struct arena *a, const struct scene *s)
{
	const char *out = "";
	size_t i;

	for (i = 0; i < s->n_sites; i++)
		out = arena_printf(a, "%s%s\n", out, s->sites[2 * i]);
	return out;
}

static enum status
one_read(struct request *rq, struct scene *s)
{
	enum status st;

	if ((st = scene_read(rq, request_arg(rq, 0) + 1, s)) != ST_OK)
		return st;
	if (s->r.n == 0)
		return ST_NOTFOUND;
	s->n_sites = row_array(rq->arena, &s->r, 0, COL_feed_list_sites,
	    &s->sites) / 2;
	return ST_OK;
}

static enum status
one_show(struct request *rq, struct response *rs, const struct act *t,
    const struct refusal *why)
{
	struct scene *s = ARENA_NEW(rq->arena, struct scene);
	const char *by, *done = request_query(rq, "fait");
	struct arena *a = rq->arena;
	struct view *v;
	enum status st;
	int64_t until;

	if ((st = one_read(rq, s)) != ST_OK)
		return st;
	v = view_begin(rq, row_text(&s->r, 0, COL_feed_list_label));
	feed_fill(v, s, 0);
	view_list(v, K_sites, s->n_sites, site_row, s);
	view_text(v, K_contact, row_text(&s->r, 0, COL_feed_list_contact));
	view_text(v, K_source_label, row_text(&s->r, 0,
	    COL_feed_list_source_label));
	by = row_text(&s->r, 0, COL_feed_list_created_by);
	view_text(v, K_created, arena_printf(a, "le %s par %s", fr_instant(a,
	    rq->app->paris, row_instant(&s->r, 0, COL_feed_list_created_at,
	    0)), by == NULL ? "l’exploitation" : by));
	until = row_instant(&s->r, 0, COL_feed_list_previous_until, -1);
	if (until > rq->now)
		view_text(v, K_previous, fr_instant(a, rq->app->paris, until));
	view_text(v, K_f_sites, sites_field(a, s));
	rights_fill(v, rq, row_bool(&s->r, 0, COL_feed_list_may_send) ? "1" :
	    NULL, row_text(&s->r, 0, COL_feed_list_profile), row_text(&s->r,
	    0, COL_feed_list_read_scope), row_text(&s->r, 0,
	    COL_feed_list_read_code));
	if (done != NULL) {
		view_text(v, K_alert, "C’est enregistré.");
		view_text(v, K_alert_kind, "success");
	}
	if (why != NULL)
		form_fill(v, rq, t, why);
	else if (t != NULL)
		secret_fill(v, t);
	return page_end(rq, rs, PAGE_feed, v);
}

enum status
page_feeds(struct request *rq, struct response *rs)
{
	return list_show(rq, rs, NULL, NULL);
}

enum status
page_feed(struct request *rq, struct response *rs)
{
	return one_show(rq, rs, NULL, NULL);
}

/* --- acting --- */

static const struct refusal *
refusal_of(const char *outcome)
{
	size_t i;

	for (i = 0; i < N_ELEM(refusals); i++)
		if (strcmp(refusals[i].outcome, outcome) == 0)
			return &refusals[i];
	return NULL;
}

/* A field without its blanks; NULL when it is empty. */
static const char *
field(struct request *rq, const char *name)
{
	const char *s = request_form(rq, name);

	if (s == NULL)
		return NULL;
	s = str_trim(rq->arena, s);
	return s[0] == '\0' ? NULL : s;
}

/* FINESS numbers between blanks, commas or semicolons; NULL: none, or too
 * many. */
static const char *
sites_read(struct request *rq)
{
	static const char between[] = " \t\r\n,;";
	const char *s = field(rq, "etablissements");
	const char **v = ARENA_ARRAY(rq->arena, SITES_MAX, const char *);
	size_t n = 0;

	if (s == NULL)
		return NULL;
	for (s += strspn(s, between); *s != '\0'; s += strspn(s, between)) {
		size_t len = strcspn(s, between);

		if (n == SITES_MAX)
			return NULL;
		v[n++] = arena_strndup(rq->arena, s, len);
		s += len;
	}
	return n == 0 ? NULL : db_text_array(rq->arena, v, n);
}

static enum status
act_run(struct request *rq, struct act *t)
{
	struct rows r;
	enum status st;

	if ((st = db_write(rq->db, Q_feed_act, DB_ARGS(db_int(rq->db,
	    rq->session.account_id), request_inet(rq), t->verb, t->name,
	    t->label, t->contact, t->source, t->certificate, t->sites,
	    t->reason, t->overlap_s, t->send, t->profile, t->scope, t->code),
	    &r)) != ST_OK)
		return st;
	t->outcome = row_text(&r, 0, COL_feed_act_outcome);
	t->detail = row_text(&r, 0, COL_feed_act_detail);
	t->secret = row_text(&r, 0, COL_feed_act_secret);
	if (strcmp(t->outcome, "denied") == 0)
		return ST_DENIED;
	return strcmp(t->outcome, "unknown") == 0 ? ST_NOTFOUND : ST_OK;
}

static bool
longer(const char *s, size_t max)
{
	size_t n = 0;

	for (; *s != '\0'; s += utf8_len(s))
		n++;
	return n > max;
}

/* What is wrong before the database is asked; NULL: nothing. */
static const char *
act_wrong(const struct act *t)
{
	if (t->label != NULL && longer(t->label, LABEL_MAX))
		return "label";
	if (t->reason != NULL && longer(t->reason, LABEL_MAX))
		return "reason";
	if (t->certificate != NULL && strlen(t->certificate) > CERTIFICATE_MAX)
		return "certificate";
	if (strcmp(t->verb, "add") == 0 && (t->label == NULL ||
	    (t->contact != NULL && longer(t->contact, LABEL_MAX))))
		return "label";
	if (strcmp(t->verb, "sites") == 0 && t->sites == NULL)
		return "sites";
	return NULL;
}

static void
rights_read(struct request *rq, struct act *t)
{
	t->send = field(rq, "envoie") == NULL ? "false" : "true";
	t->profile = field(rq, "profil");
	t->scope = field(rq, "perimetre");
	t->code = field(rq, "territoire");
	if (t->scope == NULL)
		t->scope = "sites";
}

enum status
page_feed_add(struct request *rq, struct response *rs)
{
	struct act t = { .verb = "add", .name = field(rq, "identifiant"),
	    .label = field(rq, "nom"), .contact = field(rq, "contact"),
	    .source = field(rq, "source"),
	    .certificate = field(rq, "certificat"), .sites = sites_read(rq) };
	const struct refusal *why;
	enum status st;

	if (t.name == NULL)
		t.name = "";
	rights_read(rq, &t);
	t.outcome = act_wrong(&t);
	/* Sites that can't be read are not none: some need none. */
	if (t.outcome == NULL && t.sites == NULL &&
	    field(rq, "etablissements") != NULL)
		t.outcome = "sites";
	if (t.outcome == NULL && (st = act_run(rq, &t)) != ST_OK)
		return st;
	if ((why = refusal_of(t.outcome)) != NULL)
		rs->http = why->http;
	return list_show(rq, rs, &t, why);
}

/* The acts of one feed; a form says which. */
static bool
act_read(struct request *rq, struct act *t)
{
	static const struct { const char *word, *verb; } acts[] = {
		{ "secret", "rotate" }, { "suspendre", "suspend" },
		{ "reprendre", "resume" }, { "etablissements", "sites" },
		{ "droits", "rights" },
	};
	static const char *const overlaps[] = { "0", "3600", "86400",
		"604800" };
	const char *word = request_form(rq, "acte");
	const char *overlap = request_form(rq, "delai");
	size_t i;

	for (i = 0; word != NULL && i < N_ELEM(acts); i++)
		if (strcmp(acts[i].word, word) == 0)
			t->verb = acts[i].verb;
	for (i = 0; overlap != NULL && i < N_ELEM(overlaps); i++)
		if (strcmp(overlaps[i], overlap) == 0)
			t->overlap_s = overlaps[i];
	if (t->verb == NULL || (strcmp(t->verb, "rotate") == 0 &&
	    t->overlap_s == NULL))
		return false;
	if (strcmp(t->verb, "sites") == 0)
		t->sites = sites_read(rq);
	if (strcmp(t->verb, "rights") == 0)
		rights_read(rq, t);
	if (strcmp(t->verb, "suspend") == 0)
		t->reason = field(rq, "raison");
	return true;
}

enum status
page_feed_act(struct request *rq, struct response *rs)
{
	struct scene s;
	struct act t = { .verb = NULL };
	const struct refusal *why;
	enum status st;

	if ((st = one_read(rq, &s)) != ST_OK)
		return st;
	if (!act_read(rq, &t))
		return response_error(rs, ST_INPUT, "Ce formulaire est "
		    "incomplet. Rechargez la page et recommencez.");
	t.name = row_text(&s.r, 0, COL_feed_list_name);
	t.outcome = act_wrong(&t);
	if (t.outcome == NULL && (st = act_run(rq, &t)) != ST_OK)
		return st;
	if ((why = refusal_of(t.outcome)) != NULL) {
		rs->http = why->http;
		return one_show(rq, rs, &t, why);
	}
	if (t.secret != NULL)
		return one_show(rq, rs, &t, NULL);
	response_redirect(rs, arena_printf(rq->arena, LIST "/%s?fait=1",
	    request_arg(rq, 0)));
	return ST_OK;
}
