/* entry_rows.c - the rows of a board: places, and assignments under them. */
#include <string.h>

#include "base/french.h"
#include "entry_page.h"
#include "pages/sentinel.h"

#define NB	"\xe2\x80\xaf"		/* U+202F */

/* Rows of one site. */
struct group {
	const struct sheet	*sh;
	const struct entry_line	*rows;
	size_t			 n, n_places;
};

/* --- one row --- */

static void
show_comment(struct view *v, const struct entry_line *r)
{
	const char *typed = r->sent == NULL ? NULL :
	    r->sent->entry.typed_comment;
	bool bad = entry_is_bad(r, CAP_COMMENT_FIELD);

	view_text(v, K_comment, typed != NULL ? typed : r->state->comment);
	view_text(v, K_comment_recorded, r->state->comment);
	view_flag(v, K_comment_bad, bad);
	view_flag(v, K_comment_focus, bad && r->sent == r->sh->first_bad);
}

static void
show_age(struct view *v, const struct entry_line *r)
{
	const struct place_state *s = r->state;
	struct arena *a = view_arena(v);

	view_text(v, K_by, NULL);
	view_text(v, K_at_iso, NULL);
	if (s->at_utc == -1) {
		view_text(v, K_age, "jamais");
		return;
	}
	view_text(v, K_at_iso, instant_iso(a, s->zone, s->at_utc));
	view_text(v, K_at_title, entry_at_title(a, s));
	view_text(v, K_age, fr_age(a, entry_age_s(s, r->sh->rq->now)));
	view_int(v, K_level, entry_level(s, r->sh->rq->now));
	if (r->as != NULL)
		return;
	view_text(v, K_by, s->by);
	view_flag(v, K_by_feed, s->who == NULL);
}

/* « installés 22, fermés 4 »: what differs between the two sides. */
static const char *
difference(struct arena *a, const struct entry_line *r, bool recorded)
{
	const struct capacity_entry *e = &r->sent->entry;
	const char *out = "", *comment;
	int f;

	for (f = 0; f < CAP__MAX; f++) {
		int stored = place_value(r->state, e->mode,
		    (enum capacity_field)f);
		const char *shown;

		if (e->typed[f] == NULL || e->value[f] == stored)
			continue;
		shown = recorded ? entry_value_text(a, stored) : e->typed[f];
		out = arena_printf(a, "%s%s%s %s", out, out[0] == '\0' ? "" :
		    ", ", capacity_fields[f].said, shown[0] == '\0' ? "–" :
		    shown);
	}
	comment = recorded ? r->state->comment : e->comment;
	if (e->comment == NULL || strcmp(e->comment, r->state->comment) == 0)
		return out[0] == '\0' ? "identique" : out;
	return arena_printf(a, comment[0] == '\0' ? "%s%ssans commentaire%s" :
	    "%s%scommentaire « %s »", out, out[0] == '\0' ? "" : ", ",
	    comment);
}

/* The line under a row: why it is not saved, and both values of a conflict. */
static void
show_note(struct view *v, const struct entry_line *r)
{
	struct arena *a = view_arena(v);

	view_text(v, K_note, r->sent == NULL ? NULL : r->sent->error);
	view_flag(v, K_note_conflict, false);
	view_text(v, K_note_sent, NULL);
	if (r->sent == NULL || r->sent->error == NULL)
		return;
	view_flag(v, K_note_conflict, r->sent->conflict);
	if (r->sent->conflict || r->p->locked) {
		view_text(v, K_note_by, r->state->who != NULL ?
		    r->state->who : r->state->by);
		view_text(v, K_note_sent, difference(a, r, false));
		view_text(v, K_note_recorded, difference(a, r, true));
	}
}

/* « Fermeture prévue : 6 jusqu’au 30/11/2026 (travaux) »: said, never saved. */
static void
show_proposal(struct view *v, const struct entry_line *r)
{
	const struct closure_proposal *c = r->proposal;
	struct arena *a = view_arena(v);

	view_text(v, K_proposal, c == NULL ? NULL : arena_printf(a,
	    "Fermeture prévue : %d jusqu’au %s (%s)", c->closed_nr +
	    c->closed_r, fr_date(a, c->last_day), c->reason));
	if (c == NULL)
		return;
	view_int(v, K_proposal_nr, c->closed_nr);
	view_int(v, K_proposal_r, c->closed_r);
}

/* « remontée silencieuse depuis 9 heures », « saisie manuelle depuis le … »;
 * and the one click that moves the place to manual entry or back. */
static void
show_watch(struct view *v, const struct entry_line *r)
{
	const struct place_watch *w = r->watch;
	struct arena *a = view_arena(v);
	bool manual = w != NULL && w->mode == CHANNEL_MANUAL;
	const char *said = NULL;

	if (w == NULL)
		;
	else if (manual && w->feed != NULL)
		said = arena_printf(a, "Saisie manuelle depuis le %s",
		    fr_instant(a, r->state->zone, w->mode_since_utc));
	else if (w->kind == SILENCE_DROPPED)
		said = "La remontée parle de moins de lieux que d’habitude";
	else if (w->kind != SILENCE_NONE)
		said = silence_text(a, w->kind, w->of_feed,
		    r->sh->rq->now - w->since_utc, 0, 0);
	view_text(v, K_watch, said);
	view_flag(v, K_to_manual, w != NULL && w->feed != NULL && !manual);
	view_flag(v, K_to_feed, manual && w->feed != NULL);
}

static const char *
row_class(const struct entry_line *r)
{
	const struct sheet *sh = r->sh;
	bool fresh = r->state->at_utc != -1 &&
	    entry_age_s(r->state, sh->rq->now) < SAVED_SHOWN_S;

	if (r->p->locked)
		return "ror-locked";
	if (r->sent != NULL)
		return r->sent->error == NULL ? "ror-dirty" :
		    "ror-dirty ror-err";
	if (entry_is_proposed(r))
		return "ror-dirty";
	/* Only what was just recorded is ever shown as saved. */
	if (sh->saved != NULL && fresh && strcmp(sh->saved, r->name) == 0)
		return "ror-saved";
	return r->as != NULL ? "ror-temp" : NULL;
}

/* « jusqu’à 4, partagés par 2 unités : Unité 3, Unité 9 » */
static const char *
shared_text(struct arena *a, const struct board_place *p)
{
	const char *names = "";
	size_t i;

	if (p->n_units < 2)
		return NULL;
	for (i = 0; i < p->n_units && i < 6; i++)
		names = arena_printf(a, "%s%s%s", names, i == 0 ? "" : ", ",
		    p->unit_names[i] == NULL ? "?" : p->unit_names[i]);
	return arena_printf(a, "%s%s par %zu unités : %s%s",
	    p->state.total == CAP_NULL ? "" : arena_printf(a, "jusqu’à %s, ",
	    fr_count(a, p->state.total, "disponible", "disponibles")),
	    p->state.total == 1 ? "partagé" : "partagés", p->n_units, names,
	    p->n_units > 6 ? "…" : "");
}

static void
show_place(struct view *v, const struct board_place *p)
{
	struct arena *a = view_arena(v);
	const char *place = entry_row_name(a, p->state.place_id, 0);

	view_text(v, K_place, place);
	view_text(v, K_name, p->state.name);
	view_text(v, K_sheet, p->n_units == 1 ? arena_printf(a, "u%s",
	    p->units[0]) : place);
	view_flag(v, K_room, strcmp(p->nature, "04") == 0);
	view_text(v, K_shared, shared_text(a, p));
	view_text(v, K_unit, p->n_units == 0 ? NULL : arena_printf(a, "u%s",
	    p->units[0]));
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
show_assignment(struct view *v, const struct entry_line *r)
{
	struct arena *a = view_arena(v);

	view_text(v, K_assignment, r->as == NULL ? NULL : r->as->reason);
	if (r->as == NULL)
		return;
	view_text(v, K_name, arena_printf(a, "%s, %s", r->p->state.name,
	    r->as->reason));
	view_int(v, K_assignment_id, r->state->assignment_id);
	/* It ends with the day before the instant. */
	view_text(v, K_assignment_until, r->as->until_utc == -1 ? NULL :
	    fr_date(a, zone_day(r->state->zone, r->as->until_utc - 1)));
}

/* What the form is made from, to know later what was typed in. */
static const char *
read_mark(struct arena *a, const struct entry_line *r)
{
	const struct entry_columns *c = &r->sh->columns;
	const char *fields[CAP__MAX];
	size_t i;

	for (i = 0; i < c->n; i++)
		fields[i] = entry_recorded_text(r, a, c->field[i]);
	return entry_read_mark(a, fields, c->n, r->as != NULL ? "" :
	    r->state->comment);
}

/* « 2 appels : valeur différente (3) »: what clinicians heard since the last
 * news of the place, which a save answers. */
static void
show_calls(struct view *v, const struct entry_line *r)
{
	const struct board_place *p = r->p;
	struct arena *a = view_arena(v);

	if (p->n_calls == 0 || r->as != NULL)
		return;
	view_text(v, K_calls, arena_printf(a, "%s" NB ": valeur "
	    "différente%s",
	    fr_count(a, p->n_calls, "appel", "appels"),
	    strcmp(p->call_outcome, "none") == 0 ? " (plus de place)" :
	    p->call_number == CAP_NULL ? "" : arena_printf(a, " (%d)",
	    p->call_number)));
}

static void
board_row(struct view *v, size_t i, const void *data)
{
	const struct group *g = data;
	const struct entry_line *r = &g->rows[i];

	view_text(v, K_row, r->name);
	show_place(v, r->p);
	show_assignment(v, r);
	view_text(v, K_row_class, row_class(r));
	entry_show_fields(v, r);
	show_age(v, r);
	show_comment(v, r);
	show_proposal(v, r);
	show_watch(v, r);
	show_calls(v, r);
	show_note(v, r);
	/* A refused row keeps the version it was made from, so that what
	 * somebody else saves meanwhile is still noticed; after a conflict
	 * both values are on the page. */
	view_int(v, K_place_version, r->sent != NULL && !r->sent->conflict ?
	    r->sent->entry.version : r->state->version);
	view_text(v, K_read_mark, read_mark(view_arena(v), r));
}

/* --- sites --- */

static void
group_row(struct view *v, size_t i, const void *data)
{
	const struct group *g = (const struct group *)data + i;
	const struct board_place *p = g->rows[0].p;
	struct arena *a = view_arena(v);

	view_text(v, K_group_name, arena_printf(a, "%s (%s)", p->site_name,
	    p->departement));
	view_text(v, K_group_count, fr_count(a, (int64_t)g->n_places, "lieu",
	    "lieux"));
	view_text(v, K_group_site, p->site_finess);
	view_list(v, K_rows, g->n, board_row, g);
}

/* What is planned for the place and not what its fields say already. */
static const struct closure_proposal *
proposal_of(const struct sheet *sh, const struct board_place *p)
{
	size_t i;

	for (i = 0; i < sh->proposals.n; i++) {
		const struct closure_proposal *c = &sh->proposals.v[i];

		if (c->place_id == p->state.place_id && !p->locked &&
		    (c->closed_nr != p->state.value[CAP_FERM_NR] ||
		    (c->closed_r > 0 &&
		    c->closed_r != p->state.value[CAP_FERM_R])))
			return c;
	}
	return NULL;
}

static void
row_fill(const struct sheet *sh, const struct board_place *p,
    const struct board_assignment *as, struct entry_line *r)
{
	size_t i;

	*r = (struct entry_line){ .sh = sh, .p = p, .as = as,
	    .state = as == NULL ? &p->state : &as->state };
	r->proposal = as != NULL ? NULL : proposal_of(sh, p);
	r->watch = as != NULL ? NULL : &sh->watch[p - sh->board->v];
	r->name = entry_row_name(sh->rq->arena, r->state->place_id,
	    r->state->assignment_id);
	for (i = 0; i < sh->n_rows; i++)
		if (sh->rows[i].entry.place_id == r->state->place_id &&
		    sh->rows[i].entry.assignment_id ==
		    r->state->assignment_id)
			r->sent = &sh->rows[i];
}

void
entry_show_groups(struct view *v, const struct sheet *sh)
{
	const struct board *b = sh->board;
	struct arena *a = view_arena(v);
	struct group *g = ARENA_ARRAY(a, b->n + 1, struct group);
	size_t n_rows = 0, n = 0, i, k;
	struct entry_line *rows;

	for (i = 0; i < b->n; i++)
		n_rows += 1 + b->v[i].n_assignments;
	rows = ARENA_ARRAY(a, n_rows, struct entry_line);
	for (i = 0, n_rows = 0; i < b->n; i++) {
		const struct board_place *p = &b->v[i];

		if (i == 0 || strcmp(p->site_finess,
		    b->v[i - 1].site_finess) != 0)
			g[n++] = (struct group){ sh, rows + n_rows, 0, 0 };
		row_fill(sh, p, NULL, &rows[n_rows++]);
		for (k = 0; k < p->n_assignments; k++)
			row_fill(sh, p, &p->assignments[k], &rows[n_rows++]);
		g[n - 1].n += 1 + p->n_assignments;
		g[n - 1].n_places++;
	}
	view_list(v, K_groups, n, group_row, g);
}
