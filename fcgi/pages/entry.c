/* entry.c - the entry board in its simple mode, shown. */
#include "entry.h"

#include <string.h>

#include "base/french.h"
#include "handlers.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(board_label)	\
	X(refreshed) X(self) X(path) X(csv) X(retour) X(favoris)		\
	X(tabs) X(tab_href) X(tab_label) X(tab_current)			\
	X(sites) X(site_code) X(site_label) X(site_chosen) X(all_sites)	\
	X(site_value) X(heads) X(head)						\
	X(groups) X(group_name) X(group_count) X(rows) X(place) X(name)	\
	X(sheet) X(room) X(shared) X(shared_sheet) X(path_label) X(phone)	\
	X(locked) X(lock_text) X(row_class) X(favourite) X(fields)		\
	X(field) X(label) X(value) X(recorded) X(bad) X(focus)		\
	X(at_iso) X(at_title) X(age) X(level) X(by) X(by_feed)		\
	X(comment) X(comment_recorded) X(comment_bad) X(comment_focus)	\
	X(place_version) X(key) X(all_key) X(note) X(note_conflict)		\
	X(note_by) X(note_sent) X(note_recorded) X(has_rows) X(none_here) X(none_found)	\
	X(total) X(has_pages) X(page_prev) X(page_next) X(pages)		\
	X(page_label) X(page_href) X(page_current)
PAGE_SPEC(entry, "entry.html", KEYS);

enum { KEY_BASE_BYTES = 10, SAVED_SHOWN_S = 120, PAGES_LISTED = 40 };

/* What the rows of one rendering need. */
struct sheet {
	struct request			*rq;
	const struct entry_address	*at;
	const struct entry_kind	*kind;
	const struct board		*board;
	const struct entry_row		*rows;
	size_t				 n_rows;
	const char			*key_base;
	const char			*saved;	/* ?enregistre= or NULL */
	const struct entry_row		*first_bad;
};

/* Rows of one site, or one row: what nested lists are made of. */
struct group {
	const struct sheet	*sh;
	size_t			 start, n;
};

/* --- one row --- */

static const char *
value_text(struct arena *a, int v)
{
	return v == CAP_NULL ? "" : arena_printf(a, "%d", v);
}

static const struct entry_row *
sent_row(const struct sheet *sh, int64_t place_id)
{
	size_t i;

	for (i = 0; i < sh->n_rows; i++)
		if (sh->rows[i].entry.place_id == place_id)
			return &sh->rows[i];
	return NULL;
}

struct row {
	const struct sheet		*sh;
	const struct board_place	*p;
	const struct entry_row		*sent;	/* NULL: not sent */
};

static bool
is_bad(const struct row *r, const char *field)
{
	return r->sent != NULL && r->sent->error != NULL &&
	    r->sent->entry.bad != NULL &&
	    strcmp(r->sent->entry.bad, field) == 0;
}

static void
field_row(struct view *v, size_t i, const void *data)
{
	const struct row *r = data;
	struct arena *a = view_arena(v);
	const struct entry_columns *c = &r->sh->at->columns;
	enum capacity_field f = c->field[i];
	const char *name = capacity_fields[f].name;
	const char *recorded = value_text(a, place_value(&r->p->state,
	    c->shown.mode, f));
	const char *typed = r->sent == NULL ? NULL : r->sent->entry.typed[f];
	bool bad = is_bad(r, name);

	view_text(v, K_field, name);
	view_text(v, K_label, capacity_head(c->shown.mode, f,
	    r->sh->kind->slots));
	view_text(v, K_value, typed != NULL ? typed : recorded);
	view_text(v, K_recorded, recorded);
	view_flag(v, K_bad, bad);
	view_flag(v, K_focus, bad && r->sent == r->sh->first_bad);
}

static void
show_comment(struct view *v, const struct row *r)
{
	const char *typed = r->sent == NULL ? NULL :
	    r->sent->entry.typed_comment;
	bool bad = is_bad(r, CAP_COMMENT_FIELD);

	view_text(v, K_comment, typed != NULL ? typed : r->p->state.comment);
	view_text(v, K_comment_recorded, r->p->state.comment);
	view_flag(v, K_comment_bad, bad);
	view_flag(v, K_comment_focus, bad && r->sent == r->sh->first_bad);
}

static void
show_age(struct view *v, const struct row *r)
{
	const struct place_state *s = &r->p->state;
	struct arena *a = view_arena(v);
	int64_t age_s = entry_age_s(s, r->sh->rq->now);

	if (s->at_utc == -1) {
		view_text(v, K_age, "jamais");
		view_text(v, K_at_iso, NULL);
		view_text(v, K_by, NULL);
		return;
	}
	view_text(v, K_at_iso, instant_iso(a, s->zone, s->at_utc));
	view_text(v, K_at_title, entry_at_title(a, s));
	view_text(v, K_age, fr_age(a, age_s));
	view_int(v, K_level, fr_age_level(age_s));
	view_text(v, K_by, s->by);
	view_flag(v, K_by_feed, s->who == NULL);
}

/* « installés 22, fermés 4 »: what differs between the two sides. */
static const char *
difference(struct arena *a, const struct row *r, bool recorded)
{
	const struct capacity_entry *e = &r->sent->entry;
	const char *out = "", *comment;
	int f;

	for (f = 0; f < CAP__MAX; f++) {
		int stored = place_value(&r->p->state, e->mode,
		    (enum capacity_field)f);
		const char *shown;

		if (e->typed[f] == NULL || e->value[f] == stored)
			continue;
		shown = recorded ? value_text(a, stored) : e->typed[f];
		out = arena_printf(a, "%s%s%s %s", out, out[0] == '\0' ? "" :
		    ", ", capacity_fields[f].said, shown[0] == '\0' ? "–" : shown);
	}
	comment = recorded ? r->p->state.comment : e->comment;
	if (e->comment == NULL || strcmp(e->comment, r->p->state.comment) == 0)
		return out[0] == '\0' ? "identique" : out;
	return arena_printf(a, comment[0] == '\0' ? "%s%ssans commentaire%s" :
	    "%s%scommentaire « %s »", out, out[0] == '\0' ? "" : ", ",
	    comment);
}

/* The line under a row: why it is not saved, and both values of a conflict. */
static void
show_note(struct view *v, const struct row *r)
{
	struct arena *a = view_arena(v);

	view_text(v, K_note, r->sent == NULL ? NULL : r->sent->error);
	if (r->sent == NULL || r->sent->error == NULL)
		return;
	view_flag(v, K_note_conflict, r->sent->conflict);
	if (r->sent->conflict || r->p->locked) {
		view_text(v, K_note_by, r->p->state.who != NULL ?
		    r->p->state.who : r->p->state.by);
		view_text(v, K_note_sent, difference(a, r, false));
		view_text(v, K_note_recorded, difference(a, r, true));
	}
}

static const char *
row_class(const struct row *r)
{
	const struct sheet *sh = r->sh;
	bool fresh = r->p->state.at_utc != -1 &&
	    entry_age_s(&r->p->state, sh->rq->now) < SAVED_SHOWN_S;

	if (r->p->locked)
		return "ror-locked";
	if (r->sent != NULL)
		return r->sent->error == NULL ? "ror-dirty" :
		    "ror-dirty ror-err";
	/* Only what was just recorded is ever shown as saved. */
	if (sh->saved != NULL && fresh && strcmp(sh->saved, arena_printf(
	    sh->rq->arena, "l%lld", (long long)r->p->state.place_id)) == 0)
		return "ror-saved";
	return NULL;
}

static void
show_place(struct view *v, const struct row *r)
{
	const struct board_place *p = r->p;
	struct arena *a = view_arena(v);
	const char *place = arena_printf(a, "l%lld",
	    (long long)p->state.place_id);

	view_text(v, K_place, place);
	view_text(v, K_name, p->state.name);
	view_text(v, K_sheet, p->n_units == 1 ? arena_printf(a, "u%s",
	    p->units[0]) : place);
	view_flag(v, K_room, strcmp(p->nature, "04") == 0);
	view_text(v, K_shared, p->n_units < 2 ? NULL : arena_printf(a,
	    "%zu unités", p->n_units));
	view_text(v, K_shared_sheet, place);
	view_text(v, K_path_label, p->path_label);
	view_text(v, K_phone, fr_phone(a, p->phone));
	view_flag(v, K_favourite, p->favourite);
	view_flag(v, K_locked, p->locked);
	if (p->locked)
		view_text(v, K_lock_text, arena_printf(a,
		    "Indisponibilité totale%s (%s) – saisie bloquée",
		    p->locked_until == -1 ? "" : arena_printf(a,
		    " jusqu’au %s", fr_date(a, zone_day(p->state.zone,
		    p->locked_until))), p->locked_reason == NULL ?
		    "sans motif" : p->locked_reason));
}

static void
place_row(struct view *v, size_t i, const void *data)
{
	const struct group *g = data;
	const struct sheet *sh = g->sh;
	struct arena *a = view_arena(v);
	struct row *r = ARENA_NEW(a, struct row);
	int64_t version;

	r->sh = sh;
	r->p = &sh->board->v[g->start + i];
	r->sent = sent_row(sh, r->p->state.place_id);
	show_place(v, r);
	view_text(v, K_row_class, row_class(r));
	view_list(v, K_fields, r->sh->at->columns.n, field_row, r);
	show_age(v, r);
	show_comment(v, r);
	show_note(v, r);
	/* A refused row keeps the version it was made from, so that what
	 * somebody else saves meanwhile is still noticed; after a conflict
	 * both values are on the page. */
	version = r->sent != NULL && !r->sent->conflict ?
	    r->sent->entry.version : r->p->state.version;
	view_int(v, K_place_version, version);
	view_text(v, K_key, arena_printf(a, "%s%012llx", sh->key_base,
	    (unsigned long long)r->p->state.place_id));
}

/* --- the page around the rows --- */

static void
group_row(struct view *v, size_t i, const void *data)
{
	const struct group *g = (const struct group *)data + i;
	const struct board_place *p = &g->sh->board->v[g->start];
	struct arena *a = view_arena(v);

	view_text(v, K_group_name, arena_printf(a, "%s (%s)", p->site_name,
	    p->departement));
	view_text(v, K_group_count, fr_count(a, (int64_t)g->n, "lieu",
	    "lieux"));
	view_list(v, K_rows, g->n, place_row, g);
}

static void
show_groups(struct view *v, const struct sheet *sh)
{
	const struct board *b = sh->board;
	struct group *g = ARENA_ARRAY(view_arena(v), b->n + 1, struct group);
	size_t n = 0, i;

	for (i = 0; i < b->n; i++) {
		if (i == 0 || strcmp(b->v[i].site_finess,
		    b->v[i - 1].site_finess) != 0)
			g[n++] = (struct group){ sh, i, 0 };
		g[n - 1].n++;
	}
	view_list(v, K_groups, n, group_row, g);
}

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
head_row(struct view *v, size_t i, const void *data)
{
	const struct sheet *sh = data;

	view_text(v, K_head, capacity_head(sh->at->columns.shown.mode,
	    sh->at->columns.field[i], sh->kind->slots));
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
	view_text(v, K_csv, arena_printf(a, "%s%cformat=csv", self,
	    strchr(self, '?') == NULL ? '?' : '&'));
	view_flag(v, K_favoris, f->favourites);
	view_text(v, K_all_sites, fr_count(a, (int64_t)b->n_sites,
	    "établissement", "établissements"));
	view_list(v, K_sites, b->n_sites, site_row, sh);
	view_list(v, K_tabs, BOARD__MAX, tab_row, sh);
	view_list(v, K_heads, sh->at->columns.n, head_row, sh);
}

/* After a save without script: what the redirection asks to be said, when
 * the page itself shows that it is true. */
static const char *
saved_text(const struct sheet *sh)
{
	const struct board *b = sh->board;
	size_t i;

	for (i = 0; sh->saved != NULL && i < b->n; i++) {
		const struct place_state *s = &b->v[i].state;

		if (s->at_utc == -1 ||
		    entry_age_s(s, sh->rq->now) >= SAVED_SHOWN_S)
			continue;
		if (strcmp(sh->saved, "tout") == 0)
			return "Les lignes modifiées sont enregistrées.";
		if (strcmp(sh->saved, arena_printf(sh->rq->arena, "l%lld",
		    (long long)s->place_id)) == 0)
			return arena_printf(sh->rq->arena,
			    "%s : enregistré.", s->name);
	}
	return NULL;
}

static void
show_all(struct view *v, const struct sheet *sh, const char *alert)
{
	const struct board *b = sh->board;
	struct arena *a = view_arena(v);
	const char *saved = saved_text(sh);

	view_text(v, K_alert, alert != NULL ? alert : saved);
	view_text(v, K_alert_kind, alert != NULL ? "error" : "success");
	view_text(v, K_board_label, sh->kind->label);
	view_text(v, K_refreshed, fr_instant_long(a, sh->rq->app->paris,
	    sh->rq->now));
	view_text(v, K_all_key, arena_printf(a, "%s%012x", sh->key_base, 0));
	view_flag(v, K_has_rows, b->n > 0);
	view_flag(v, K_none_here, b->n_sites == 0);
	view_flag(v, K_none_found, b->n_sites > 0 && b->n == 0);
	view_text(v, K_total, fr_count(a, b->n_total, "lieu", "lieux"));
	show_filters(v, sh);
	show_groups(v, sh);
	show_pages(v, sh);
}

/* The first part of this page's keys of saves: a key is used once, so each
 * rendering has its own; the place's number is the last part. */
static const char *
key_base(struct arena *a)
{
	char hex[2 * KEY_BASE_BYTES + 1];

	random_hex(hex, KEY_BASE_BYTES);
	return arena_printf(a, "%.8s-%.4s-%.4s-%.4s-", hex, hex + 8, hex + 12,
	    hex + 16);
}

static enum status
show(struct request *rq, struct response *rs, const struct entry_address *at,
    const struct board *b, const struct entry_row *rows, size_t n,
    const char *alert)
{
	const struct entry_kind *kind = &entry_kinds[at->filter.id];
	struct sheet sh = { .rq = rq, .at = at, .kind = kind, .board = b,
	    .rows = rows, .n_rows = n, .key_base = key_base(rq->arena),
	    .saved = request_query(rq, "enregistre") };
	struct view *v = page_begin(rq, arena_printf(rq->arena,
	    "%sMon capacitaire – %s", alert != NULL ? "Erreur – " : "",
	    kind->label), NAV_ENTRY);
	size_t i;

	for (i = n; i-- > 0;)
		if (rows[i].error != NULL)
			sh.first_bad = &rows[i];
	/* Signing in again, the theme and the search come back to the board. */
	view_text(v, K_path_back, at->self);
	view_text(v, K_description, "Saisie du capacitaire");
	show_all(v, &sh, alert);
	return page_end(rq, rs, PAGE_entry, v);
}

enum status
entry_show(struct request *rq, struct response *rs,
    const struct entry_address *at, const struct entry_row *rows, size_t n,
    const char *alert)
{
	struct board b;
	enum status st;

	if ((st = board_read(rq->db, &at->filter, &b)) != ST_OK)
		return st;
	return show(rq, rs, at, &b, rows, n, alert);
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
	return show(rq, rs, &at, &b, NULL, 0, NULL);
}

enum status
page_entry_first(struct request *rq, struct response *rs)
{
	(void)rq;
	response_redirect(rs, entry_kinds[BOARD_BEDS].path);
	return ST_OK;
}
