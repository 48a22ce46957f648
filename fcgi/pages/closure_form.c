/* closure_form.c - planning a closure, changing it, calling it off. */
#include <stdlib.h>
#include <string.h>

#include "base/french.h"
#include "domain/capacity.h"
#include "domain/closure.h"
#include "handlers.h"
#include "page.h"
#include "pages/closures.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(cancelling)	\
	X(changing) X(id) X(key) X(choose_site) X(sites) X(site_code)	\
	X(site_label) X(places) X(place_code) X(place_label)		\
	X(place_chosen) X(no_place) X(site_value) X(site_name) X(from_day)	\
	X(to_day) X(beds) X(reopenable) X(reason) X(today) X(error)	\
	X(warning) X(bad_place) X(bad_from) X(bad_to) X(bad_beds)	\
	X(bad_reason) X(what)
PAGE_SPEC(closure_form, "closure_form.html", KEYS);

#define NOT_A_FORM	"Ce formulaire est incomplet. Rechargez la page et " \
	"recommencez."
#define GONE		"Cette fermeture a été modifiée, annulée, ou est " \
	"passée. Voyez le calendrier."

/* What the form holds, as text. */
struct form {
	const char	*site, *place, *from, *to, *beds, *reason, *key;
	bool		 reopenable;
	int64_t		 replaces;	/* 0: a new one */
};

struct scene {
	struct request		*rq;
	struct form		 form;
	struct closure_scope	 scope;
	struct closure_saved	 saved;
};

static void
site_row(struct view *v, size_t i, const void *data)
{
	const struct closure_site *x = &((const struct scene *)
	    data)->scope.sites[i];

	view_text(v, K_site_code, x->finess);
	view_text(v, K_site_label, arena_printf(view_arena(v), "%s (%s)",
	    x->name, x->departement));
}

static void
place_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;
	const struct closure_place *p = &s->scope.places[i];
	struct arena *a = view_arena(v);
	const char *code = arena_printf(a, "l%lld", (long long)p->id);

	view_text(v, K_place_code, code);
	view_text(v, K_place_label, p->installed < 0 ? p->name :
	    arena_printf(a, "%s – %d %s", p->name, p->installed,
	    closures_noun(p->nature, p->installed)));
	view_flag(v, K_place_chosen, s->form.place != NULL &&
	    strcmp(s->form.place, code) == 0);
}

static void
show_fault(struct view *v, const struct closure_saved *k)
{
	static const struct { const char *field; int key; } fields[] = {
		{ "lieu", K_bad_place }, { "du", K_bad_from },
		{ "au", K_bad_to }, { "lits", K_bad_beds },
		{ "motif", K_bad_reason } };
	size_t i;

	view_text(v, K_warning, k->error == NULL ? k->warning : NULL);
	if (k->error == NULL)
		return;
	view_text(v, K_error, k->error);
	view_text(v, K_alert, k->error);
	view_text(v, K_alert_kind, "error");
	for (i = 0; i < N_ELEM(fields); i++)
		if (k->field != NULL && strcmp(fields[i].field, k->field) == 0)
			view_flag(v, fields[i].key, true);
}

static enum status
show(struct scene *s, struct response *rs)
{
	struct request *rq = s->rq;
	const struct form *f = &s->form;
	bool bad = s->saved.error != NULL || s->saved.warning != NULL;
	struct view *v;
	enum status st;

	if ((st = closure_scope(rq->db, rq->session.account_id, f->site,
	    &s->scope)) != ST_OK)
		return st;
	v = page_begin(rq, arena_printf(rq->arena, "%s%s", bad ? "Erreur – " :
	    "", f->replaces != 0 ? "Modifier une fermeture" :
	    "Programmer une fermeture"), NAV_ENTRY);
	view_text(v, K_path_back, "/capacitaire/fermetures");
	view_flag(v, K_changing, f->replaces != 0);
	view_int(v, K_id, f->replaces);
	view_flag(v, K_choose_site, f->site == NULL && s->scope.n_sites > 1);
	view_flag(v, K_no_place, s->scope.n_sites == 0 ||
	    (f->site != NULL && s->scope.n_places == 0));
	view_list(v, K_sites, s->scope.n_sites, site_row, s);
	view_list(v, K_places, s->scope.n_places, place_row, s);
	view_text(v, K_site_value, f->site);
	view_text(v, K_from_day, f->from);
	view_text(v, K_to_day, f->to);
	view_text(v, K_beds, f->beds);
	view_text(v, K_reason, f->reason);
	view_flag(v, K_reopenable, f->reopenable);
	view_text(v, K_today, day_iso(rq->arena, zone_day(rq->app->paris,
	    rq->now)));
	view_text(v, K_key, bad && f->key != NULL ? f->key :
	    closures_key(rq->arena));
	show_fault(v, &s->saved);
	return page_end(rq, rs, PAGE_closure_form, v);
}

/* ?site= and ?lieu= choose in advance. */
enum status
page_closure_new(struct request *rq, struct response *rs)
{
	struct scene s = { .rq = rq, .form = { .site = closures_site(rq),
	    .place = request_query(rq, "lieu"),
	    .from = request_query(rq, "du") } };

	return show(&s, rs);
}

/* The closure of the address, when the account may change it. */
static enum status
closure_of(struct request *rq, struct response *rs, struct closure *ret)
{
	enum status st = closure_get(rq->db, rq->session.account_id,
	    strtoll(request_arg(rq, 0) + 1, NULL, 10), ret);

	if (st == ST_NOTFOUND)
		return response_error(rs, st, "Cette fermeture n’existe pas.");
	if (st != ST_OK)
		return st;
	if (!ret->may)
		return response_error(rs, ST_DENIED, "Cette fermeture n’est "
		    "pas dans votre périmètre.");
	return ret->cancelled ? response_error(rs, ST_CONFLICT, GONE) : ST_OK;
}

enum status
page_closure_edit(struct request *rq, struct response *rs)
{
	struct arena *a = rq->arena;
	struct scene s = { .rq = rq };
	struct closure c;
	enum status st;

	if ((st = closure_of(rq, rs, &c)) != ST_OK)
		return st;
	s.form = (struct form){ .site = c.site_finess,
	    .place = arena_printf(a, "l%lld", (long long)c.place_id),
	    .from = day_iso(a, c.from_day), .to = day_iso(a, c.to_day),
	    .beds = arena_printf(a, "%d", c.beds), .reason = c.reason,
	    .reopenable = c.reopenable, .replaces = c.id };
	return show(&s, rs);
}

/* What was typed, read; the words of what can't be read are here, those of
 * what is not allowed in cap.closure_check(). */
static void
ask_read(struct request *rq, const struct form *f, struct closure_ask *q,
    struct closure_saved *ret)
{
	*q = (struct closure_ask){ .place_id = -1, .beds = -1,
	    .from_day = INT32_MIN, .to_day = INT32_MIN,
	    .reopenable = f->reopenable, .replaces = f->replaces,
	    .reason = f->reason == NULL ? "" : f->reason };
	*ret = (struct closure_saved){ .outcome = CLOSURE_REFUSED };
	if (f->place != NULL && f->place[0] == 'l' &&
	    str_to_int(f->place + 1, INT64_MAX, &q->place_id) != ST_OK)
		q->place_id = -1;
	if (f->from != NULL && f->from[0] != '\0' &&
	    day_parse(f->from, &q->from_day) != ST_OK) {
		ret->field = "du";
		ret->error = "Ce n’est pas une date.";
	} else if (f->to != NULL && f->to[0] != '\0' &&
	    day_parse(f->to, &q->to_day) != ST_OK) {
		ret->field = "au";
		ret->error = "Ce n’est pas une date.";
	} else if (f->beds != NULL && f->beds[0] != '\0' && str_to_int(
	    str_trim(rq->arena, f->beds), CAP_VALUE_MAX, &q->beds) != ST_OK) {
		ret->field = "lits";
		ret->error = "Saisissez un nombre entier en chiffres, de 1 à "
		    "9999.";
	}
}

static enum status
outcome_tell(struct scene *s, struct response *rs)
{
	switch (s->saved.outcome) {
	case CLOSURE_OK:
	case CLOSURE_REPLAYED:
		response_redirect(rs, s->form.replaces != 0 ?
		    "/capacitaire/fermetures?fait=modifiee" :
		    "/capacitaire/fermetures?fait=programmee");
		return ST_OK;
	case CLOSURE_CHANGED:
		return response_error(rs, ST_CONFLICT, GONE);
	default:
		rs->http = s->saved.error == NULL ? 409 : 422;
		return show(s, rs);
	}
}

enum status
page_closure_save(struct request *rq, struct response *rs)
{
	const char *reopenable = request_form(rq, "reactivable");
	const char *replaces = request_form(rq, "remplace");
	struct scene s = { .rq = rq, .form = {
	    .site = request_form(rq, "site"), .place = request_form(rq, "lieu"),
	    .from = request_form(rq, "du"), .to = request_form(rq, "au"),
	    .beds = request_form(rq, "lits"),
	    .reason = request_form(rq, "motif"),
	    .key = request_form(rq, "cle"),
	    .reopenable = reopenable != NULL && strcmp(reopenable, "1") == 0 } };
	struct closure_ask q;
	enum status st;

	if (s.form.key == NULL || !capacity_key_valid(s.form.key) ||
	    (replaces != NULL && str_to_int(replaces, INT64_MAX,
	    &s.form.replaces) != ST_OK))
		return response_error(rs, ST_INPUT, NOT_A_FORM);
	ask_read(rq, &s.form, &q, &s.saved);
	if (s.saved.error == NULL && (st = closure_save(rq->db,
	    rq->session.account_id, rq->address, s.form.key,
	    request_form(rq, "confirme") != NULL, &q, &s.saved)) != ST_OK)
		return st;
	return outcome_tell(&s, rs);
}

/* The page that asks before calling off. */
enum status
page_closure_ask(struct request *rq, struct response *rs)
{
	struct arena *a = rq->arena;
	struct closure c;
	struct view *v;
	enum status st;

	if ((st = closure_of(rq, rs, &c)) != ST_OK)
		return st;
	v = page_begin(rq, "Annuler une fermeture", NAV_ENTRY);
	view_text(v, K_path_back, "/capacitaire/fermetures");
	view_flag(v, K_cancelling, true);
	view_int(v, K_id, c.id);
	view_text(v, K_site_name, c.site);
	view_text(v, K_what, arena_printf(a, "%s : %d, du %s au %s (%s)",
	    c.place, c.beds, fr_date(a, c.from_day), fr_date(a, c.to_day),
	    c.reason));
	return page_end(rq, rs, PAGE_closure_form, v);
}

enum status
page_closure_cancel(struct request *rq, struct response *rs)
{
	enum closure_outcome o;
	enum status st;

	if ((st = closure_cancel(rq->db, rq->session.account_id, rq->address,
	    strtoll(request_arg(rq, 0) + 1, NULL, 10), &o)) != ST_OK)
		return st;
	if (o == CLOSURE_OK) {
		response_redirect(rs, "/capacitaire/fermetures?fait=annulee");
		return ST_OK;
	}
	return response_error(rs, o == CLOSURE_UNKNOWN ? ST_NOTFOUND :
	    o == CLOSURE_DENIED ? ST_DENIED : ST_CONFLICT,
	    o == CLOSURE_OVER ? GONE : NULL);
}
