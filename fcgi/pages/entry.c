/* entry.c - the entry board, shown. */
#include "entry_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/french.h"
#include "handlers.h"
#include "pages/sentinel.h"

static const char *const keys[] = { ENTRY_KEYS(TMPL_KEY_NAME) };
const struct page_spec page_spec_entry = { "entry.html", keys, K__MAX };

enum { KEY_BASE_BYTES = 10, PAGES_LISTED = 40 };

static void
site_row(struct view *v, size_t i, const void *data)
{
	const struct sheet *sh = data;
	const struct board_site *s = &sh->board->sites[i];
	const char *chosen = sh->at->filter.site;

	view_text(v, K_site_code, s->finess);
	view_text(v, K_site_label, arena_printf(view_arena(v),
	    "%s (%s) – %lld", s->name, s->departement, (long long)s->n));
	view_flag(v, K_site_chosen, chosen != NULL &&
	    strcmp(chosen, s->finess) == 0);
}

static void
tab_row(struct view *v, size_t i, const void *data)
{
	const struct sheet *sh = data;

	view_text(v, K_tab_href, entry_kinds[i].path);
	view_text(v, K_tab_label, entry_kinds[i].label);
	view_flag(v, K_tab_current, i == (size_t)sh->at->filter.id);
}

static void
page_row(struct view *v, size_t i, const void *data)
{
	const struct sheet *sh = data;
	struct arena *a = view_arena(v);
	int64_t page = (int64_t)i + 1;

	view_int(v, K_page_label, page);
	view_text(v, K_page_href, entry_address(a, &sh->at->filter, page));
	view_flag(v, K_page_current, page == sh->board->page);
}

static void
show_pages(struct view *v, const struct sheet *sh)
{
	const struct board *b = sh->board;
	struct arena *a = view_arena(v);

	if (b->n_pages < 2)
		return;
	view_flag(v, K_has_pages, true);
	view_list(v, K_pages, b->n_pages > PAGES_LISTED ? 0 :
	    (size_t)b->n_pages, page_row, sh);
	if (b->page > 1)
		view_text(v, K_page_prev, entry_address(a, &sh->at->filter,
		    b->page - 1));
	if (b->page < b->n_pages)
		view_text(v, K_page_next, entry_address(a, &sh->at->filter,
		    b->page + 1));
}

static void
show_filters(struct view *v, const struct sheet *sh)
{
	const struct board_filter *f = &sh->at->filter;
	const struct board *b = sh->board;
	struct arena *a = view_arena(v);
	const char *self = sh->at->self;

	view_text(v, K_path, sh->at->path);
	view_text(v, K_self, self);
	view_text(v, K_retour, self);
	view_text(v, K_csv, entry_address_with(a, self, "format=csv"));
	view_flag(v, K_favoris, f->favourites);
	view_text(v, K_all_sites, fr_count(a, (int64_t)b->n_sites,
	    "établissement", "établissements"));
	view_list(v, K_sites, b->n_sites, site_row, sh);
	view_list(v, K_tabs, BOARD__MAX, tab_row, sh);
}

/* --- what a région says, and how an account looks at it --- */

static void
elsewhere_row(struct view *v, size_t i, const void *data)
{
	const struct board_setting *const *s = data;

	view_text(v, K_elsewhere_region, s[i]->name);
	view_text(v, K_elsewhere_text, s[i]->elsewhere);
}

static void
help_row(struct view *v, size_t i, const void *data)
{
	const struct board_setting *const *s = data;

	view_text(v, K_help_text, s[i]->help);
}

static void
link_row(struct view *v, size_t i, const void *data)
{
	const struct board_setting *const *s = data;

	view_text(v, K_link_href, s[i]->synthesis_url);
	view_text(v, K_link_label, s[i]->synthesis_label[0] != '\0' ?
	    s[i]->synthesis_label : "Synthèse régionale");
}

static void
show_regions(struct view *v, const struct board_setting_list *l)
{
	const struct board_setting **s[3];
	size_t n[3] = { 0, 0, 0 }, i;

	for (i = 0; i < N_ELEM(s); i++)
		s[i] = ARENA_ARRAY(view_arena(v), l->n,
		    const struct board_setting *);
	for (i = 0; i < l->n; i++) {
		if (l->v[i].elsewhere[0] != '\0')
			s[0][n[0]++] = &l->v[i];
		if (l->v[i].help[0] != '\0')
			s[1][n[1]++] = &l->v[i];
		if (l->v[i].synthesis_url[0] != '\0')
			s[2][n[2]++] = &l->v[i];
	}
	view_list(v, K_elsewhere, n[0], elsewhere_row, s[0]);
	view_list(v, K_helps, n[1], help_row, s[1]);
	view_list(v, K_links, n[2], link_row, s[2]);
}

/* Groups of columns that the account may hide. */
struct choice { enum capacity_group group; bool on; };

static void
choice_row(struct view *v, size_t i, const void *data)
{
	const struct choice *c = (const struct choice *)data + i;

	view_text(v, K_choice, capacity_groups[c->group].name);
	view_text(v, K_choice_label, capacity_groups[c->group].label);
	view_flag(v, K_choice_on, c->on);
}

static void
show_display(struct view *v, const struct sheet *sh)
{
	const struct board_context *c = &sh->board->context;
	struct choice *choices = ARENA_ARRAY(view_arena(v), CAP_G__MAX,
	    struct choice);
	const char *said = "";
	size_t n = 0, i;
	int g;

	for (g = 0; g < CAP_G__MAX; g++)
		if (capacity_groups[g].hideable &&
		    (c->hidden_here & (1u << g)) == 0)
			choices[n++] = (struct choice){
			    (enum capacity_group)g,
			    (c->hidden_own & (1u << g)) == 0 };
	view_list(v, K_choices, n, choice_row, choices);
	view_text(v, K_mode_name, sh->columns.shown.mode == CAP_FULL ?
	    "complet" : "simplifie");
	view_text(v, K_mode_label, sh->columns.shown.mode == CAP_FULL ?
	    "mode complet" : "mode simplifié");
	for (i = 0; i < sh->columns.n; i++)
		said = arena_printf(view_arena(v), "%s%s%s:%s", said,
		    i == 0 ? "" : "|",
		    capacity_fields[sh->columns.field[i]].name,
		    capacity_fields[sh->columns.field[i]].said);
	view_text(v, K_said, said);
}

static void
show_undo(struct view *v, const struct sheet *sh)
{
	const struct board_context *c = &sh->board->context;
	struct arena *a = view_arena(v);

	if (c->last_key == NULL)
		return;
	view_text(v, K_undo_key, c->last_key);
	view_text(v, K_undo_text, arena_printf(a, "Dernier enregistrement : "
	    "%s, %s.", fr_count(a, c->last_n, "lieu", "lieux"), fr_age(a,
	    c->last_at > sh->rq->now ? 0 : sh->rq->now - c->last_at)));
	view_text(v, K_undo_at, instant_iso(a, sh->rq->app->paris,
	    c->last_at));
}

/* --- what is said above the board --- */

/* What became of « annuler », as its redirection says. */
static const struct { const char *name, *text; } notices[] = {
	{ "rien", "Aucune ligne modifiée : rien n’est enregistré." },
	{ "annule", "Votre dernier enregistrement est annulé : les valeurs "
	    "d’avant sont revenues." },
	{ "deja", "Cet enregistrement était déjà annulé." },
	{ "tard", "Cet enregistrement a plus de dix minutes : il ne s’annule "
	    "plus. Saisissez les valeurs justes." },
	{ "modifie", "Ces valeurs ont changé depuis : l’enregistrement ne "
	    "s’annule plus. Saisissez les valeurs justes." },
	{ "inconnu", "Cet enregistrement n’est pas le vôtre, ou n’existe "
	    "pas." },
	{ "affectation", "L’affectation est ajoutée." },
	{ "fin", "L’affectation est terminée." },
	{ "affichage", "Votre affichage est enregistré." },
};

/* « Confirmés : 12 lieux. À saisir : HC X (jamais renseigné). » */
static const char *
site_text(const struct sheet *sh, const char *site)
{
	const struct board *b = sh->board;
	struct arena *a = sh->rq->arena;
	const char *left = "";
	size_t n = 0, i;

	for (i = 0; i < b->n; i++) {
		const struct board_place *p = &b->v[i];

		if (strcmp(p->site_finess, site) != 0 || p->locked)
			continue;
		if (place_is_expired(&p->state, sh->rq->now))
			left = arena_printf(a, "%s%s%s (%s)", left,
			    left[0] == '\0' ? "" : ", ", p->state.name,
			    p->state.at_utc == -1 ? "jamais renseigné" :
			    "trop ancien");
		else
			n += entry_age_s(&p->state, sh->rq->now) <
			    SAVED_SHOWN_S;
	}
	return arena_printf(a, "Valeurs confirmées : %s.%s%s%s", fr_count(a,
	    (int64_t)n, "lieu", "lieux"), left[0] == '\0' ? "" :
	    " À saisir : ", left, left[0] == '\0' ? "" : ".");
}

/* After a save without script: what the redirection asks to be said, when
 * the page itself shows that it is true. */
static const char *
saved_text(const struct sheet *sh)
{
	const struct board *b = sh->board;
	size_t i;

	for (i = 0; i < N_ELEM(notices); i++)
		if (strcmp(sh->saved, notices[i].name) == 0)
			return notices[i].text;
	for (i = 0; i < b->n; i++) {
		const struct place_state *s = &b->v[i].state;

		if (s->at_utc == -1 ||
		    entry_age_s(s, sh->rq->now) >= SAVED_SHOWN_S)
			continue;
		if (strcmp(sh->saved, "tout") == 0)
			return "Les lignes modifiées sont enregistrées.";
		if (strcmp(sh->saved, b->v[i].site_finess) == 0)
			return site_text(sh, sh->saved);
		if (strncmp(sh->saved, "l", 1) == 0 && strtoll(sh->saved + 1,
		    NULL, 10) == s->place_id)
			return arena_printf(sh->rq->arena,
			    "%s : enregistré.", s->name);
	}
	return NULL;
}

static void
show_all(struct view *v, const struct sheet *sh, struct entry_alert alert)
{
	const struct board *b = sh->board;
	struct arena *a = view_arena(v);
	bool slots = sh->kind->slots;

	if (alert.text == NULL && sh->saved != NULL)
		alert.text = saved_text(sh);
	if (alert.text == NULL)
		alert.text = channel_alert(sh->rq);
	view_text(v, K_alert, alert.text);
	view_text(v, K_alert_kind, alert.failed ? "error" : "success");
	view_text(v, K_board_label, sh->kind->label);
	view_text(v, K_refreshed, fr_instant_long(a, sh->rq->app->paris,
	    sh->rq->now));
	view_flag(v, K_has_rows, b->n > 0);
	view_flag(v, K_none_here, b->n_sites == 0);
	view_flag(v, K_none_found, b->n_sites > 0 && b->n == 0);
	view_text(v, K_total, fr_count(a, b->n_total, "lieu", "lieux"));
	view_flag(v, K_weekly, slots);
	if (b->n > 0)
		view_int(v, K_ttl, b->v[0].state.ttl_s);
	show_filters(v, sh);
	entry_show_heads(v, sh);
	entry_show_groups(v, sh);
	show_display(v, sh);
	show_regions(v, &b->context.regions);
	show_undo(v, sh);
	show_pages(v, sh);
}

/* The key of this page's form: a key is used once, so each rendering has its
 * own; the last part is left for the row that is saved alone. */
static const char *
page_key(struct arena *a)
{
	char hex[2 * KEY_BASE_BYTES + 1];

	random_hex(hex, KEY_BASE_BYTES);
	return arena_printf(a, "%.8s-%.4s-%.4s-%.4s-000000000000", hex,
	    hex + 8, hex + 12, hex + 16);
}

/* What is known of the page's places beside their figures: closures planned
 * for today, alarms and channels. */
static enum status
surroundings_read(struct request *rq, struct sheet *sh)
{
	const struct board *b = sh->board;
	int64_t *places = ARENA_ARRAY(rq->arena, b->n, int64_t);
	struct place_watch *watch = ARENA_ARRAY(rq->arena, b->n,
	    struct place_watch);
	enum status st;
	size_t i;

	if (b->n == 0)
		return ST_OK;
	for (i = 0; i < b->n; i++)
		places[i] = b->v[i].state.place_id;
	if ((st = closure_proposals(rq->db, places, b->n, rq->now,
	    &sh->proposals)) != ST_OK ||
	    (st = sentinel_places(rq->db, places, b->n, watch)) != ST_OK)
		return st;
	sh->watch = watch;
	return ST_OK;
}

static enum status
show(struct request *rq, struct response *rs, const struct entry_address *at,
    const struct board *b, const struct entry_form *form,
    struct entry_alert alert)
{
	const struct entry_kind *kind = &entry_kinds[at->filter.id];
	struct capacity_shown shown = b->context.shown;
	struct sheet sh = { .rq = rq, .at = at, .kind = kind, .board = b,
	    .rows = form == NULL ? NULL : form->v,
	    .n_rows = form == NULL ? 0 : form->n_all,
	    .saved = request_query(rq, "enregistre"),
	    .propose = request_query(rq, "proposer") };
	enum status st = surroundings_read(rq, &sh);
	struct view *v = page_begin(rq, arena_printf(rq->arena,
	    "%sMon capacitaire – %s", alert.failed ? "Erreur – " : "",
	    kind->label), NAV_ENTRY);
	size_t i;

	if (st != ST_OK)
		return st;
	for (i = sh.n_rows; i-- > 0;)
		if (sh.rows[i].error != NULL)
			sh.first_bad = &sh.rows[i];
	/* What was typed comes back in the mode that it was typed in. */
	if (sh.n_rows > 0)
		shown.mode = sh.rows[0].entry.mode;
	entry_columns_fill(&shown, &sh.columns);
	/* Signing in again, the theme and the search come back to the board. */
	view_text(v, K_path_back, at->self);
	view_text(v, K_description, "Saisie du capacitaire");
	view_text(v, K_all_key, page_key(rq->arena));
	show_all(v, &sh, alert);
	return page_end(rq, rs, PAGE_entry, v);
}

enum status
entry_show(struct request *rq, struct response *rs,
    const struct entry_address *at, const struct entry_form *form,
    struct entry_alert alert)
{
	struct board b;
	enum status st;

	if ((st = board_read(rq->db, &at->filter, &b)) != ST_OK)
		return st;
	return show(rq, rs, at, &b, form, alert);
}

enum status
page_entry(struct request *rq, struct response *rs)
{
	const char *format = request_query(rq, "format");
	bool csv = format != NULL && strcmp(format, "csv") == 0;
	struct entry_address at;
	struct board b;
	enum status st;

	if ((st = entry_address_read(rq, &at)) != ST_OK)
		return response_error(rs, st, "Le numéro d’établissement de "
		    "cette adresse n’est pas un numéro FINESS.");
	if (csv)
		at.filter.page = 0;		/* a file has no pages */
	if ((st = board_read(rq->db, &at.filter, &b)) != ST_OK)
		return st;
	if (csv)
		return entry_csv(rq, rs, &at, &b);
	if (format != NULL && strcmp(format, "json") == 0) {
		entry_json_board(rq, rs, &b);
		return ST_OK;
	}
	return show(rq, rs, &at, &b, NULL, (struct entry_alert){ NULL, false });
}

enum status
page_entry_first(struct request *rq, struct response *rs)
{
	(void)rq;
	response_redirect(rs, entry_kinds[BOARD_BEDS].path);
	return ST_OK;
}
