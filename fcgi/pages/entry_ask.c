/* entry_ask.c - a save that looks wrong is asked about before it is made.
 *
 * Nothing is kept on the server meanwhile: the page carries what was sent as
 * hidden fields, and the same key.
 */
#include <string.h>

#include "base/french.h"
#include "entry.h"

#define KEYS(X) LAYOUT_KEYS(X) X(rows) X(row) X(place) X(warnings)	\
	X(warning) X(changes) X(change_label) X(change_before)		\
	X(change_after) X(hidden) X(hidden_name) X(hidden_value)	\
	X(action) X(count)
PAGE_SPEC(entry_ask, "entry_ask.html", KEYS);

const char *
entry_warning_text(struct arena *a, const struct save_warning *w)
{
	const char *said = w->field == CAP__MAX ? "" :
	    capacity_fields[w->field].said;

	switch (w->kind) {
	case WARN_INSTALLED:
		return arena_printf(a, "Le nombre installé change : %d → %d. "
		    "Il dépend d’une autorisation.", w->before, w->after);
	case WARN_OVER:
		return arena_printf(a, "Disponibles, occupés et réservés font "
		    "%d, pour %d en service.", w->after, w->high);
	case WARN_SUBSET:
		return arena_printf(a, "L’affectation compte %d, son lieu n’en "
		    "a que %d installés.", w->after, w->high);
	case WARN_JUMP:
		return arena_printf(a, "Inhabituel : %s %s, de %d à %d "
		    "d’ordinaire depuis 60 jours.", said, w->after ==
		    CAP_NULL ? "–" : arena_printf(a, "%d", w->after), w->low,
		    w->high);
	case WARN__MAX:
		break;
	}
	return "Valeur inhabituelle.";
}

/* Whether the field was given another value than the one recorded. */
static bool
is_change(const struct entry_row *r, enum capacity_field f)
{
	return r->entry.typed[f] != NULL && r->entry.value[f] != place_value(
	    &r->saved.state, r->entry.mode, f);
}

static const char *
figure(struct arena *a, int v)
{
	return v == CAP_NULL ? "–" : arena_printf(a, "%d", v);
}

const char *
entry_changes(struct arena *a, const struct entry_row *r)
{
	const char *out = "";
	int f;

	for (f = 0; f < CAP__MAX; f++)
		if (is_change(r, (enum capacity_field)f))
			out = arena_printf(a, "%s%s%s %s → %s", out,
			    out[0] == '\0' ? "" : ", ",
			    capacity_fields[f].said, figure(a, place_value(
			    &r->saved.state, r->entry.mode,
			    (enum capacity_field)f)), figure(a,
			    r->entry.value[f]));
	return out;
}

struct change { const struct entry_row *row; enum capacity_field field; };

static void
change_row(struct view *v, size_t i, const void *data)
{
	const struct change *c = (const struct change *)data + i;
	struct arena *a = view_arena(v);

	view_text(v, K_change_label, capacity_fields[c->field].said);
	view_text(v, K_change_before, figure(a, place_value(
	    &c->row->saved.state, c->row->entry.mode, c->field)));
	view_text(v, K_change_after, figure(a,
	    c->row->entry.value[c->field]));
}

static void
warning_row(struct view *v, size_t i, const void *data)
{
	const struct save_warning *w = data;

	view_text(v, K_warning, entry_warning_text(view_arena(v), &w[i]));
}

static void
place_row(struct view *v, size_t i, const void *data)
{
	const struct entry_row *r = (const struct entry_row *)data + i;
	struct arena *a = view_arena(v);
	struct change *c = ARENA_ARRAY(a, CAP__MAX, struct change);
	size_t n = 0;
	int f;

	for (f = 0; f < CAP__MAX; f++)
		if (is_change(r, (enum capacity_field)f))
			c[n++] = (struct change){ r, (enum capacity_field)f };
	view_text(v, K_row, entry_row_name(a, r->entry.place_id,
	    r->entry.assignment_id));
	view_text(v, K_place, r->entry.assignment_id == 0 ?
	    r->saved.state.name : arena_printf(a, "%s, affectation "
	    "temporaire", r->saved.state.name));
	view_list(v, K_warnings, r->saved.n_warnings, warning_row,
	    r->saved.warnings);
	view_list(v, K_changes, n, change_row, c);
}

static void
hidden_row(struct view *v, size_t i, const void *data)
{
	const struct field *f = (const struct field *)data + i;

	view_text(v, K_hidden_name, f->name);
	view_text(v, K_hidden_value, f->value);
}

/* Everything that was sent, but this form's own token and answers. */
static void
show_hidden(struct request *rq, struct view *v)
{
	static const char *const own[] = { "jeton", "confirme", "corriger" };
	struct field *f = ARENA_ARRAY(rq->arena, rq->form.n, struct field);
	size_t n = 0, i, k;

	for (i = 0; i < rq->form.n; i++) {
		for (k = 0; k < N_ELEM(own); k++)
			if (strcmp(rq->form.v[i].name, own[k]) == 0)
				break;
		if (k == N_ELEM(own))
			f[n++] = rq->form.v[i];
	}
	view_list(v, K_hidden, n, hidden_row, f);
}

enum status
entry_ask(struct request *rq, struct response *rs, const struct entry_form *f)
{
	struct view *v;
	size_t n = 0, i;

	rs->http = 422;
	if (rq->wants_json) {
		entry_json_refused(rq, rs, f, "Rien n’est encore enregistré : "
		    "vérifiez, puis confirmez.");
		return ST_OK;
	}
	for (i = 0; i < f->n; i++)
		n += f->v[i].saved.n_warnings > 0;
	v = page_begin(rq, "Confirmer l’enregistrement", NAV_ENTRY);
	view_text(v, K_description, "Vérifier une saisie inhabituelle");
	view_text(v, K_action, rq->path);
	view_text(v, K_count, fr_count(rq->arena, (int64_t)n,
	    "ligne demande", "lignes demandent"));
	view_list(v, K_rows, f->n, place_row, f->v);
	show_hidden(rq, v);
	return page_end(rq, rs, PAGE_entry_ask, v);
}
