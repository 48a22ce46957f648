/* categories.c - /administration/categories: lines, rules, régions' choices.
 *
 * Rules are tried before they are applied: the same form, sent twice, so that
 * what is typed is the draft.  A change made meanwhile by somebody else is a
 * 409 that keeps the form (docs/adr/0045).
 */
#include "pages/categories.h"

#include <stdlib.h>
#include <string.h>

#include "base/french.h"
#include "handlers.h"

#define NB	"\xe2\x80\xaf"		/* U+202F */

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(region_name)	\
	X(region_code) X(regions) X(code) X(name) X(selected) X(may_all) \
	X(may_region) X(number) X(changed) X(lines) X(id) X(slug)	\
	X(label) X(old) X(many) X(places) X(rank) X(shown) X(own_order)	\
	X(region_lines) X(rules) X(row) X(category) X(type) X(activity)	\
	X(mode) X(field) X(decides) X(type_label) X(preview) X(moved)	\
	X(moves) X(was) X(becomes) X(count) X(types) X(activities)	\
	X(modes) X(fields) X(categories)
PAGE_SPEC(categories, "categories.html", KEYS);

struct turn {
	const struct desk	*d;
	const struct category	*c;
};

static int
turn_order(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;
	int c = strcmp(x->c->nature, y->c->nature);

	return c != 0 ? c : x->c->turn - y->c->turn;
}

/* What was typed in a form that comes again, else what is stored. */
static const char *
typed(const struct desk *d, char prefix, int id, const char *name,
    const char *stored)
{
	const char *s = request_form(d->rq, arena_printf(d->rq->arena,
	    "%c.%d.%s", prefix, id, name));

	return s == NULL ? stored : s;
}

static void
region_row(struct view *v, size_t i, const void *data)
{
	const struct desk *d = data;
	const struct region *g = &d->rq->app->geo.regions[i];

	view_text(v, K_code, g->code);
	view_text(v, K_name, g->name);
	view_flag(v, K_selected, g == d->region);
}

static void
line_row(struct view *v, size_t i, const void *data)
{
	const struct desk *d = data;
	const struct category *c = &d->book.v[i];
	struct arena *a = view_arena(v);
	const char *label = typed(d, 'c', c->id, "nom", c->label);

	view_int(v, K_id, c->id);
	view_text(v, K_slug, c->slug);
	view_text(v, K_label, label);
	view_text(v, K_old, strcmp(label, c->label) == 0 ? NULL : c->label);
	view_text(v, K_many, c->many);
	view_text(v, K_places, fr_int(a, c->places));
	view_text(v, K_rank, typed(d, 'c', c->id, "rang", arena_printf(a,
	    "%zu", (i + 1) * 10)));
}

static void
region_line_row(struct view *v, size_t i, const void *data)
{
	const struct turn *t = &((const struct turn *)data)[i];
	const struct desk *d = t->d;
	const char *rank = typed(d, 'g', t->c->id, "rang", NULL);

	view_int(v, K_id, t->c->id);
	view_text(v, K_label, t->c->label);
	view_text(v, K_many, t->c->many);
	/* An unchecked box sends nothing: the rank tells a form that came. */
	view_flag(v, K_shown, rank == NULL ? t->c->shown :
	    typed(d, 'g', t->c->id, "vu", NULL) != NULL);
	view_text(v, K_rank, rank != NULL ? rank : arena_printf(
	    view_arena(v), "%zu", (i + 1) * 10));
}

static const char *
code_label(const struct desk *d, const char *kind, const char *code)
{
	size_t i;

	for (i = 0; code[0] != '\0' && i < d->book.n_codes; i++)
		if (strcmp(d->book.codes[i].kind, kind) == 0 &&
		    strcmp(d->book.codes[i].code, code) == 0)
			return d->book.codes[i].label;
	return NULL;
}

static void
rule_row(struct view *v, size_t i, const void *data)
{
	static const struct category_rule blank = { 0, "", "", "", "" };
	const struct desk *d = data;
	const struct category_rule *r = i < d->n_rules ? &d->rules[i] : &blank;
	const struct category *c = category_by_id(&d->book, r->category);
	struct arena *a = view_arena(v);

	view_int(v, K_row, (int64_t)i);
	view_text(v, K_rank, i < d->n_rules ? arena_printf(a, "%zu",
	    (i + 1) * 10) : NULL);
	view_text(v, K_category, c == NULL ? NULL : c->slug);
	view_text(v, K_label, c == NULL ? NULL : c->label);
	view_text(v, K_type, r->type);
	view_text(v, K_activity, r->activity);
	view_text(v, K_mode, r->mode);
	view_text(v, K_field, r->field);
	view_text(v, K_type_label, code_label(d, "type", r->type));
	view_text(v, K_decides, d->preview == NULL || i >= d->n_rules ? NULL :
	    fr_count(a, d->preview->decides[i], "lieu", "lieux"));
}

static const char *
line_name(const struct desk *d, int id)
{
	const struct category *c = category_by_id(&d->book, id);

	return c == NULL ? "aucune" : c->label;
}

static void
move_row(struct view *v, size_t i, const void *data)
{
	const struct desk *d = data;
	const struct category_move *m = &d->preview->moves[i];

	view_text(v, K_was, line_name(d, m->was));
	view_text(v, K_becomes, line_name(d, m->becomes));
	view_text(v, K_count, fr_count(view_arena(v), m->places, "lieu",
	    "lieux"));
}

static void
code_row(struct view *v, size_t i, const void *data)
{
	const struct category_code *c = &((const struct category_code *)data)[i];

	view_text(v, K_code, c->code);
	view_text(v, K_name, c->label);
}

static void
category_row(struct view *v, size_t i, const void *data)
{
	const struct desk *d = data;

	view_text(v, K_code, d->book.v[i].slug);
	view_text(v, K_name, d->book.v[i].label);
}

/* The codes of a kind lie together: one list of suggestions each. */
static void
codes_show(struct view *v, const struct desk *d, int key, const char *kind)
{
	const struct category_code *from = NULL;
	size_t i, n = 0;

	for (i = 0; i < d->book.n_codes; i++)
		if (strcmp(d->book.codes[i].kind, kind) == 0) {
			from = from == NULL ? &d->book.codes[i] : from;
			n++;
		}
	view_list(v, key, n, code_row, from);
}

static void
desk_show(struct view *v, const struct desk *d)
{
	struct arena *a = view_arena(v);
	struct turn *turns = ARENA_ARRAY(a, d->book.n, struct turn);
	size_t i;

	for (i = 0; i < d->book.n; i++)
		turns[i] = (struct turn){ d, &d->book.v[i] };
	qsort(turns, d->book.n, sizeof(turns[0]), turn_order);
	view_text(v, K_alert, d->alert);
	view_text(v, K_alert_kind, d->alert_kind);
	view_text(v, K_region_name, d->region->name);
	view_text(v, K_region_code, d->region->code);
	view_flag(v, K_may_all, d->may_all);
	view_flag(v, K_may_region, d->may_region);
	view_flag(v, K_own_order, d->book.own_order);
	view_int(v, K_number, d->book.version);
	view_text(v, K_changed, fr_instant(a, d->rq->app->paris,
	    d->book.changed_utc));
	view_list(v, K_regions, d->rq->app->geo.n_regions, region_row, d);
	view_list(v, K_lines, d->book.n, line_row, d);
	view_list(v, K_region_lines, d->book.n, region_line_row, turns);
	view_list(v, K_rules, d->n_rules + (d->may_all ?
	    CATEGORY_BLANK_RULES : 0), rule_row, d);
	view_list(v, K_categories, d->book.n, category_row, d);
	codes_show(v, d, K_types, "type");
	codes_show(v, d, K_activities, "activity");
	codes_show(v, d, K_modes, "mode");
	codes_show(v, d, K_fields, "field");
	if (d->preview == NULL)
		return;
	view_flag(v, K_preview, true);
	view_text(v, K_moved, d->preview->moved == 0 ?
	    "Aucun lieu ne change de ligne." : arena_printf(a, "%s de ligne.",
	    fr_count(a, d->preview->moved, "lieu change", "lieux changent")));
	view_list(v, K_moves, d->preview->n_moves, move_row, d);
}

/* The région of the page: asked for, else the first that the account may
 * administer, else Île-de-France. */
static const struct region *
region_of(const struct request *rq, const char *code)
{
	const struct session *s = &rq->session;
	size_t i;

	if (code != NULL && code[0] != '\0')
		return geography_region(&rq->app->geo, code);
	for (i = 0; i < s->n_grants; i++)
		if (s->grants[i].scope == SCOPE_REGION &&
		    s->grants[i].role == ROLE_STEWARD)
			return geography_region(&rq->app->geo,
			    s->grants[i].code);
	return geography_region(&rq->app->geo, "11");
}

static enum status
desk_open(struct request *rq, struct response *rs, const char *region,
    struct desk *d)
{
	enum status st;

	*d = (struct desk){ .rq = rq, .region = region_of(rq, region) };
	if (d->region == NULL)
		return response_error(rs, ST_NOTFOUND,
		    "Cette région n’existe pas.");
	/* Without a région only grants of France cover. */
	d->may_all = session_covers_region(rq, ROLE_ADMIN, NULL) ||
	    session_covers_region(rq, ROLE_STEWARD, NULL);
	d->may_region = d->may_all || session_covers_region(rq, ROLE_ADMIN,
	    d->region->code) || session_covers_region(rq, ROLE_STEWARD,
	    d->region->code);
	if ((st = category_load(rq->db, d->region->code, &d->book)) != ST_OK)
		return st;
	d->rules = d->book.rules;
	d->n_rules = d->book.n_rules;
	return ST_OK;
}

static enum status
desk_answer(struct desk *d, struct response *rs)
{
	struct view *v = page_begin(d->rq, "Catégories", NAV_TOOLS);

	desk_show(v, d);
	return page_end(d->rq, rs, PAGE_categories, v);
}

/* The form again, with what is wrong. */
static enum status
desk_refuse(struct desk *d, struct response *rs, int http, const char *why)
{
	rs->http = http;
	d->alert = why;
	d->alert_kind = "error";
	return desk_answer(d, rs);
}

enum status
page_categories(struct request *rq, struct response *rs)
{
	static const struct { const char *word, *text; } done[] = {
		{ "regles", "Les règles sont appliquées." },
		{ "lignes", "Les lignes sont enregistrées." },
		{ "region", "Le choix de la région est enregistré." },
		{ "national", "La région a de nouveau l’ordre national." },
		{ "ajout", "La catégorie est créée" NB "; elle reste vide tant "
		  "qu’aucune règle ne la nomme." },
	};
	const char *word = request_query(rq, "fait");
	struct desk d;
	enum status st;
	size_t i;

	if ((st = desk_open(rq, rs, request_query(rq, "region"), &d)) != ST_OK)
		return st;
	for (i = 0; word != NULL && i < N_ELEM(done); i++)
		if (strcmp(done[i].word, word) == 0) {
			d.alert = done[i].text;
			d.alert_kind = "success";
		}
	return desk_answer(&d, rs);
}

static struct category_actor
actor_of(const struct desk *d)
{
	const char *version = request_form(d->rq, "version");
	struct category_actor by = { .account_id = d->rq->session.account_id,
	    .address = d->rq->address, .version = -1, .now = d->rq->now };

	if (version != NULL && str_to_int(version, INT64_MAX / 10,
	    &by.version) != ST_OK)
		by.version = -1;
	return by;
}

/* One of the actions: read, then do.  ST_INPUT with why: the form was wrong;
 * *ret_again: the answer is the page and not a redirect. */
typedef enum status action(struct desk *, const char **ret_why,
    bool *ret_again);

static enum status
rules_do(struct desk *d, const char **why, bool *again)
{
	const char *step = request_form(d->rq, "etape");
	const struct category_actor by = actor_of(d);
	struct category_preview *p;
	enum status st;

	if ((*why = desk_rules_read(d)) != NULL)
		return ST_INPUT;
	if (step != NULL && strcmp(step, "appliquer") == 0 &&
	    (st = category_rules_apply(d->rq->db, &by, d->rules,
	    d->n_rules)) != ST_CONFLICT)
		return st;
	p = ARENA_NEW(d->rq->arena, struct category_preview);
	if ((st = category_try(d->rq->db, d->rules, d->n_rules, p)) != ST_OK)
		return st;
	d->preview = p;
	*again = true;
	return by.version == d->book.version ? ST_OK : ST_CONFLICT;
}

static enum status
lines_do(struct desk *d, const char **why, bool *again)
{
	const struct category_actor by = actor_of(d);
	const char **labels;
	int64_t *ids;

	(void)again;
	if ((*why = desk_lines_read(d, &ids, &labels)) != NULL)
		return ST_INPUT;
	return category_lines_apply(d->rq->db, &by, ids, labels, d->book.n);
}

static enum status
add_do(struct desk *d, const char **why, bool *again)
{
	const struct category_actor by = actor_of(d);
	const char *slug, *label, *nature;
	enum status st;

	(void)again;
	if ((*why = desk_add_read(d, &slug, &label, &nature)) != NULL)
		return ST_INPUT;
	st = category_add(d->rq->db, &by, slug, label, nature);
	if (st == ST_INPUT)
		*why = "Ce mot est déjà celui d’une catégorie.";
	else if (st == ST_LIMIT)
		*why = "Soixante catégories sont le plus que la synthèse montre.";
	return *why == NULL ? st : ST_INPUT;
}

static enum status
region_do(struct desk *d, const char **why, bool *again)
{
	const struct category_actor by = actor_of(d);
	int64_t *ids, *shown;

	(void)again;
	if ((*why = desk_region_read(d, &ids, &shown)) != NULL)
		return ST_INPUT;
	return category_region_apply(d->rq->db, &by, d->region->code, ids,
	    shown, d->book.n);
}

static enum status
national_do(struct desk *d, const char **why, bool *again)
{
	const struct category_actor by = actor_of(d);

	(void)why;
	(void)again;
	return category_region_apply(d->rq->db, &by, d->region->code, NULL,
	    NULL, 0);
}

static const struct { const char *word; bool national; action *run; }
    actions[] = {
	{ "regles", true, rules_do },
	{ "lignes", true, lines_do },
	{ "ajout", true, add_do },
	{ "region", false, region_do },
	{ "national", false, national_do },
};

enum status
page_categories_save(struct request *rq, struct response *rs)
{
	const char *word = request_form(rq, "action"), *why = NULL;
	bool again = false;
	struct desk d;
	enum status st;
	size_t i;

	if ((st = desk_open(rq, rs, request_form(rq, "region"), &d)) != ST_OK)
		return st;
	for (i = 0; i < N_ELEM(actions); i++)
		if (word != NULL && strcmp(actions[i].word, word) == 0)
			break;
	if (i == N_ELEM(actions))
		return response_error(rs, ST_INPUT,
		    "Cette action n’existe pas.");
	if (!(actions[i].national ? d.may_all : d.may_region))
		return response_error(rs, ST_DENIED, actions[i].national ?
		    "Les règles et les lignes valent pour toute la France" NB
		    ": elles demandent un rôle national." :
		    "Cette région n’est pas la vôtre.");
	st = actions[i].run(&d, &why, &again);
	if (st == ST_INPUT && why != NULL)
		return desk_refuse(&d, rs, 422, why);
	if (st == ST_CONFLICT)
		return desk_refuse(&d, rs, 409, arena_printf(rq->arena,
		    "Les catégories ont changé entre-temps (%s) et rien de "
		    "votre saisie n’est appliqué. Elle est encore là" NB
		    ": comparez, puis recommencez.", fr_instant(rq->arena,
		    rq->app->paris, d.book.changed_utc)));
	if (st != ST_OK)
		return st;
	if (again)
		return desk_answer(&d, rs);
	response_redirect(rs, arena_printf(rq->arena,
	    "/administration/categories?region=%s&fait=%s", d.region->code,
	    actions[i].word));
	return ST_OK;
}
