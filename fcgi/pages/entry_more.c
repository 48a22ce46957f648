/* entry_more.c - beside saving what was typed: confirming a site, undoing,
 * an account's display, and what was typed when a session ended. */
#include <string.h>

#include "base/french.h"
#include "entry.h"
#include "handlers.h"

/* --- « rien n’a changé » for a site --- */

/* Whether the row is of the site, may be confirmed and was not typed in. */
static bool
is_confirmable(const struct request *rq, const struct board *b,
    const char *site, const struct entry_row *r)
{
	const struct board_place *p = board_place(b, r->entry.place_id);
	size_t i;

	if (p == NULL || strcmp(p->site_finess, site) != 0 || p->locked ||
	    r->changed || place_is_expired(&p->state, rq->now))
		return false;
	for (i = 0; i < p->n_assignments; i++)
		if (p->assignments[i].state.assignment_id ==
		    r->entry.assignment_id)
			return !place_is_expired(&p->assignments[i].state,
			    rq->now);
	return r->entry.assignment_id == 0;
}

/* Those to confirm first, those that were typed in after them. */
static void
site_choose(struct request *rq, const struct board *b, const char *site,
    struct entry_form *f)
{
	struct entry_row *v = ARENA_ARRAY(rq->arena, f->n, struct entry_row);
	size_t n = 0, n_all, i;

	for (i = 0; i < f->n; i++)
		if (is_confirmable(rq, b, site, &f->v[i]))
			v[n++] = f->v[i];
	for (i = 0, n_all = n; i < f->n; i++)
		if (f->v[i].changed)
			v[n_all++] = f->v[i];
	f->v = v;
	f->n = n;
	f->n_all = n_all;
}

/* « À saisir : HC X (jamais renseigné). » of the site's places. */
static const char *
site_message(struct request *rq, const struct board *b,
    const struct entry_form *f)
{
	struct arena *a = rq->arena;
	const char *left = "";
	size_t i;

	for (i = 0; i < b->n; i++) {
		const struct place_state *s = &b->v[i].state;

		if (!b->v[i].locked && place_is_expired(s, rq->now))
			left = arena_printf(a, "%s%s%s (%s)", left,
			    left[0] == '\0' ? "" : ", ", s->name,
			    s->at_utc == -1 ? "jamais renseigné" :
			    "trop ancien");
	}
	return arena_printf(a, "Valeurs confirmées : %s.%s%s%s", fr_count(a,
	    (int64_t)f->n, "ligne", "lignes"), left[0] == '\0' ? "" :
	    " À saisir : ", left, left[0] == '\0' ? "" : ".");
}

/* http: 0 when all that could be confirmed is; else why not. */
static enum status
site_answer(struct request *rq, struct response *rs, struct entry_form *f,
    const struct entry_address *at, int http, const char *message)
{
	static const char refused[] = "Rien n’est confirmé : des valeurs "
	    "ont changé entre-temps.";

	rs->http = http;
	if (rq->wants_json && http == 0)
		entry_json_site(rq, rs, f, message);
	else if (rq->wants_json)
		entry_json_refused(rq, rs, f, refused);
	if (rq->wants_json)
		return ST_OK;
	if (http != 0)
		return entry_show(rq, rs, at, f, (struct entry_alert){
		    refused, true });
	if (f->n_all > f->n) {
		f->v += f->n;
		f->n_all -= f->n;
		return entry_show(rq, rs, at, f, (struct entry_alert){
		    arena_printf(rq->arena, "%s Vos lignes modifiées ne sont "
		    "pas encore enregistrées.", message), false });
	}
	response_redirect(rs, entry_address_with(rq->arena, at->self,
	    arena_printf(rq->arena, "enregistre=%s", f->n == 0 ? "rien" :
	    request_form(rq, "confirmer"))));
	return ST_OK;
}

enum status
entry_site(struct request *rq, struct response *rs, struct entry_form *f)
{
	const char *site = request_form(rq, "confirmer"), *message;
	struct board_filter all;
	struct entry_address at;
	struct board b;
	enum status st;
	int http;

	entry_address_back(rq, &at);
	all = at.filter;
	all.site = site;
	all.favourites = false;
	all.page = 0;
	if ((st = board_read(rq->db, &all, &b)) != ST_OK)
		return st;
	site_choose(rq, &b, site, f);
	message = site_message(rq, &b, f);
	if ((st = entry_save_rows(rq, rs, f, &http)) != ST_OK)
		return st;
	return site_answer(rq, rs, f, &at, f->n == 0 ? 0 : http, message);
}

/* --- undoing --- */

static const struct { const char *notice, *text; } undone[UNDO__MAX] = {
	[UNDO_OK] = { "annule", "Enregistrement annulé : les valeurs d’avant "
	    "sont revenues." },
	[UNDO_REPLAYED] = { "deja", "Cet enregistrement était déjà annulé." },
	[UNDO_LATE] = { "tard", "Cet enregistrement a plus de dix minutes : "
	    "il ne s’annule plus." },
	[UNDO_CHANGED] = { "modifie", "Ces valeurs ont changé depuis : "
	    "l’enregistrement ne s’annule plus." },
	[UNDO_UNKNOWN] = { "inconnu", "Cet enregistrement n’est pas le vôtre, "
	    "ou n’existe pas." },
};

enum status
page_entry_undo(struct request *rq, struct response *rs)
{
	const char *key = request_form(rq, "cle");
	enum undo_outcome what;
	struct entry_address at;
	enum status st;
	size_t n;

	if (key == NULL || !capacity_key_valid(key))
		return response_error(rs, ST_INPUT, ENTRY_NOT_A_FORM);
	if ((st = board_undo(rq->db, rq->session.account_id, key, &what,
	    &n)) != ST_OK)
		return st;
	if (rq->wants_json) {
		rs->http = what == UNDO_OK || what == UNDO_REPLAYED ? 200 :
		    409;
		entry_json_message(rq, rs, what == UNDO_OK,
		    undone[what].text);
		return ST_OK;
	}
	entry_address_back(rq, &at);
	response_redirect(rs, entry_address_with(rq->arena, at.self,
	    arena_printf(rq->arena, "enregistre=%s", undone[what].notice)));
	return ST_OK;
}

/* --- « configurer mon affichage » --- */

/* A group that the form offers and whose box is empty is hidden. */
enum status
page_entry_display(struct request *rq, struct response *rs)
{
	const char *mode = request_form(rq, "mode");
	struct capacity_shown shown = { .mode = CAP_SIMPLE };
	struct entry_address at;
	enum status st;
	int g;

	if (mode == NULL || (strcmp(mode, "complet") != 0 &&
	    strcmp(mode, "simplifie") != 0))
		return response_error(rs, ST_INPUT, ENTRY_NOT_A_FORM);
	if (strcmp(mode, "complet") == 0)
		shown.mode = CAP_FULL;
	for (g = 0; g < CAP_G__MAX; g++)
		if (request_form(rq, arena_printf(rq->arena, "offre_%s",
		    capacity_groups[g].name)) != NULL &&
		    request_form(rq, arena_printf(rq->arena, "montre_%s",
		    capacity_groups[g].name)) == NULL &&
		    capacity_groups[g].hideable)
			shown.hidden |= 1u << g;
	if ((st = board_display_save(rq->db, rq->session.account_id, &shown,
	    rq->now)) != ST_OK)
		return st;
	entry_address_back(rq, &at);
	response_redirect(rs, entry_address_with(rq->arena, at.self,
	    "enregistre=affichage"));
	return ST_OK;
}

/* --- a session that ended --- */

/* What was sent without a session comes back after signing in: nothing is
 * saved, so that no token is asked for (docs/adr/0050). */
enum status
page_entry_resume(struct request *rq, struct response *rs)
{
	struct entry_form f;
	struct entry_address at;
	enum status st;
	size_t n = 0, i;

	if ((st = entry_form_read(rq, rs, NULL, &f)) != ST_OK)
		return st;
	for (i = 0; i < f.n; i++)
		if (f.v[i].changed)
			f.v[n++] = f.v[i];
	f.n = f.n_all = n;
	entry_address_back(rq, &at);
	return entry_show(rq, rs, &at, &f, (struct entry_alert){ "Votre "
	    "saisie est revenue. Elle n’est pas encore enregistrée : "
	    "vérifiez-la, puis enregistrez.", false });
}
