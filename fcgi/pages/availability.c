/* availability.c - /disponibilites: what is free, from the worker's copy.
 *
 * The synthesis costs no statement of its own: the copy is brought up to date
 * with the session; a detail asks for the calls of two hours, filters for a
 * commune or favourites.  The body is the same for all who ask the same, so
 * it is kept; only the frame around it is theirs, and the token of its forms.
 */
#include "pages/availability.h"

#include <string.h>

#include "base/french.h"
#include "handlers.h"
#include "pages/call.h"

#define NB	"\xe2\x80\xaf"		/* U+202F */

static const char *const keys[] = { AVAIL_KEYS(TMPL_KEY_NAME) };

const struct page_spec page_spec_availability = { "availability.html", keys,
	N_ELEM(keys) };

/* Who counts, and who lists, the places of sensitive units: docs/adr/0010. */
void
scene_init(struct request *rq, const struct question *q, struct scene *sc)
{
	const unsigned counts = R(ROLE_CLINICIAN) | R(ROLE_BED_MANAGER) |
	    R(ROLE_DIRECTOR) | R(ROLE_STEWARD) | R(ROLE_ANALYST) |
	    R(ROLE_ADMIN);
	const unsigned lists = R(ROLE_STEWARD) | R(ROLE_ADMIN);

	*sc = (struct scene){ .app = rq->app, .copy = &rq->app->snapshot,
	    .q = q, .until_utc = INT64_MAX };
	sc->ask = (struct avail_ask){ .now = rq->now,
	    .max_age_s = q->age_h * 3600,
	    .sensitive = (rq->session.roles & counts) != 0 };
	sc->show_sensitive = (rq->session.roles & lists) != 0;
	sc->may_call = (rq->session.roles & CALL_ROLES) != 0;
}

void
scene_count(struct scene *sc, struct arena *a)
{
	const struct question *q = sc->q;

	nearby_apply(sc->copy, &q->near, q->deps, q->n_deps, a, &sc->ask);
	sc->sums = ARENA_ARRAY(a, sc->copy->n_categories * (q->n_deps + 1),
	    struct avail_sum);
	avail_matrix(sc->copy, &sc->ask, q->deps, q->n_deps, sc->sums,
	    &sc->until_utc);
	if (q->category >= 0)
		avail_proof(sc->copy, &sc->ask, q->category, q->dep < 0 ?
		    q->deps : &q->dep, q->dep < 0 ? q->n_deps : 1,
		    sc->show_sensitive, a, &sc->proof);
}

const struct avail_sum *
scene_cell(const struct scene *sc)
{
	const struct question *q = sc->q;
	size_t column = q->n_deps, i;

	for (i = 0; i < q->n_deps; i++)
		if (q->deps[i] == q->dep)
			column = i;
	return &sc->sums[(size_t)q->category * (q->n_deps + 1) + column];
}

size_t
scene_lines(const struct scene *sc, int32_t *ret)
{
	const struct snapshot_order *o = snapshot_order(sc->copy,
	    sc->q->region->code);
	size_t i, n = o == NULL ? sc->copy->n_categories : o->n;

	for (i = 0; i < n; i++)
		ret[i] = o == NULL ? (int32_t)i : o->category[i];
	return n;
}

static void
list_count(struct scene *sc, struct arena *a)
{
	const struct question *q = sc->q;

	scene_count(sc, a);
	if (q->category >= 0)
		avail_list(sc->copy, &sc->ask, q->category, q->dep < 0 ?
		    q->deps : &q->dep, q->dep < 0 ? q->n_deps : 1, q->order,
		    sc->show_sensitive, a, &sc->rows);
}

static enum status
answer_csv(struct request *rq, struct response *rs, struct scene *sc)
{
	const struct question *q = sc->q;
	const char *day = day_iso(rq->arena, zone_day(rq->app->paris,
	    rq->now));

	list_count(sc, rq->arena);
	if (q->category < 0)
		matrix_csv(rs->body, sc, rq->arena);
	else
		list_csv(rs->body, sc, rq->arena);
	response_file(rs, "text/csv", q->category < 0 ?
	    arena_printf(rq->arena, "disponibilites-%s-%s.csv",
	    q->region->code, day) :
	    arena_printf(rq->arena, "disponibilites-%s-%s-%s.csv",
	    q->dep < 0 ? q->region->code :
	    rq->app->geo.departements[q->dep].code,
	    sc->copy->categories[q->category].slug, day));
	return ST_OK;
}

static void
region_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;
	const struct region *r = &sc->app->geo.regions[i];

	view_text(v, K_code, r->code);
	view_text(v, K_name, r->name);
	view_flag(v, K_selected, r == sc->q->region);
}

static void
age_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;
	size_t n;
	const struct choice *c = &question_ages(&n)[i];

	view_text(v, K_code, c->code);
	view_text(v, K_name, c->name);
	view_flag(v, K_selected, c->number == sc->q->age_h);
}

static void
distance_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;
	size_t n;
	const struct choice *c = &question_distances(&n)[i];

	view_text(v, K_code, c->code);
	view_text(v, K_name, c->name);
	view_flag(v, K_selected, c->number == sc->q->near.km);
}

static void
commune_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;
	const struct commune *c = &sc->q->communes.v[i];

	view_text(v, K_code, c->code);
	view_text(v, K_name, arena_printf(view_arena(v), "%s (%s)%s", c->name,
	    c->departement, c->positioned ? "" : " – position inconnue"));
	view_flag(v, K_selected, false);
}

struct category_choice {
	const struct scene	*sc;
	int32_t			 lines[SNAPSHOT_CATEGORIES_MAX];
};

static void
category_row(struct view *v, size_t i, const void *data)
{
	const struct category_choice *c = data;
	int32_t line = c->lines[i];

	view_text(v, K_code, c->sc->copy->categories[line].slug);
	view_text(v, K_name, c->sc->copy->categories[line].label);
	view_flag(v, K_selected, line == c->sc->q->category);
}

static void
alert_show(struct view *v, const struct question *q)
{
	if (q->around_problem != NULL) {
		view_text(v, K_alert_kind, q->communes.n > 0 ? "info" :
		    "warning");
		view_text(v, K_alert, q->around_problem);
	} else if (q->elsewhere) {
		view_text(v, K_alert_kind, "info");
		view_text(v, K_alert, arena_printf(view_arena(v), "Le "
		    "département demandé n’est pas dans cette région" NB
		    ": toute la région %s est affichée.", q->region->name));
	}
}

static void
filters_show(struct view *v, struct scene *sc)
{
	const struct question *q = sc->q;
	struct arena *a = view_arena(v);
	struct category_choice *c = ARENA_NEW(a, struct category_choice);
	const char *self = question_href(a, q, sc->copy, q->category, q->dep);
	size_t n_lines = scene_lines(sc, c->lines), n;
	int n_on;

	c->sc = sc;
	view_text(v, K_region_name, q->region->name);
	view_text(v, K_region_code, q->region->code);
	if (q->dep >= 0)
		view_text(v, K_dep_name, arena_printf(a, "%s (%s)",
		    sc->app->geo.departements[q->dep].name,
		    sc->app->geo.departements[q->dep].code));
	view_text(v, K_order, question_order(q->order));
	view_text(v, K_href_self, self);
	view_text(v, K_href_csv, arena_printf(a, "?%s&format=csv", q->base));
	view_text(v, K_href_list_csv, arena_printf(a, "%s&format=csv", self));
	view_text(v, K_around, q->around);
	view_flag(v, K_favourites, q->near.marked != NULL);
	view_flag(v, K_can_admin, sc->show_sensitive);
	view_list(v, K_regions, sc->app->geo.n_regions, region_row, sc);
	view_list(v, K_categories, n_lines, category_row, c);
	view_flag(v, K_has_communes, q->communes.n > 0);
	view_list(v, K_communes, q->communes.n, commune_row, sc);
	(void)question_ages(&n);
	view_list(v, K_ages, n, age_row, sc);
	(void)question_distances(&n);
	view_list(v, K_distances, n, distance_row, sc);
	n_on = (q->age_h > 0) + (q->near.around != NULL) +
	    (q->near.marked != NULL);
	if (n_on > 0)
		view_text(v, K_filters_n, fr_count(a, n_on, "filtre actif",
		    "filtres actifs"));
	alert_show(v, q);
}

/* What the account marked and what was heard: bodies differ with them. */
static uint64_t
private_hash(const struct request *rq, const struct scene *sc)
{
	const struct nearby *n = &sc->q->near;
	uint64_t h = HASH_START;
	size_t i;

	if (n->marked != NULL) {
		h = hash_text(h, (const char *)&rq->session.account_id,
		    sizeof(rq->session.account_id));
		h = hash_text(h, (const char *)n->marked,
		    n->n_marked * sizeof(n->marked[0]));
	}
	for (i = 0; i < sc->calls.n; i++) {
		const struct call *c = &sc->calls.v[i];
		const int64_t all[] = { c->place_id, c->at_utc, c->number,
		    c->outcome };

		h = hash_text(h, (const char *)all, sizeof(all));
	}
	if (sc->q->around != NULL)
		h = hash_text(h, sc->q->around, strlen(sc->q->around));
	return h;
}

/* Everything that the body depends on, besides data and time. */
static const char *
block_key(struct request *rq, const struct scene *sc)
{
	const struct question *q = sc->q;

	return arena_printf(rq->arena, "avail %s %d %d %d %d %lld %d %d %d %d "
	    "%s %d %llx", q->region->code, q->dep, q->category, q->age_h,
	    (int)q->order, (long long)q->page, q->elsewhere,
	    sc->ask.sensitive, sc->show_sensitive, sc->may_call,
	    q->near.around == NULL ? "-" : q->near.around->code, q->near.km,
	    (unsigned long long)private_hash(rq, sc));
}

/* The body, rendered at most once a minute while nothing changes.
 * NULL: the list has no such page. */
static struct kept_block *
body_get(struct request *rq, struct scene *sc)
{
	const char *key = block_key(rq, sc);
	int64_t minute = (rq->now / 60 + 1) * 60;
	int64_t stamp = snapshot_stamp(sc->copy, sc->q->deps, sc->q->n_deps);
	struct kept_block *b = block_find(&rq->app->blocks, key, stamp, rq->now);
	struct view *v;

	if (b != NULL)
		return b;
	list_count(sc, rq->arena);
	if (sc->q->page > 1 && (size_t)(sc->q->page - 1) * AVAIL_PAGE_ROWS >=
	    sc->rows.n)
		return NULL;
	v = view_new(rq->arena);
	filters_show(v, sc);
	matrix_show(v, sc);
	if (sc->q->category >= 0) {
		view_text(v, K_token, rq->app->token_mark);
		proof_words(v, sc);
		list_show(v, sc);
	}
	age_show(v, rq->app->paris, "heure de Paris", rq->now, rq->now);
	b = block_new(&rq->app->blocks, key);
	tmpl_render(rq->app->tmpl[PAGE_availability], v, &b->text);
	block_keep(b, stamp, sc->until_utc < minute ? sc->until_utc : minute);
	return b;
}

/* Body and frame: the frame holds the account's name and form token. */
static const char *
page_etag(struct request *rq, const struct kept_block *b)
{
	const struct session *s = &rq->session;
	uint64_t h = hash_text(HASH_START, s->csrf, strlen(s->csrf));

	h = hash_text(h, s->name, strlen(s->name));
	h = hash_text(h, rq->query_string, strlen(rq->query_string));
	h = hash_text(h, rq->theme == NULL ? "" : rq->theme,
	    rq->theme == NULL ? 0 : strlen(rq->theme));
	return arena_printf(rq->arena, "\"%s-%llx-%llx-%x\"", ROR_VERSION,
	    (unsigned long long)b->hash, (unsigned long long)h, s->roles);
}

/* Remember the département that was asked for; « Tous » forgets it. */
static void
departement_remember(struct request *rq, struct response *rs,
    const struct question *q)
{
	const char *asked = request_query(rq, "departement");
	const char *old = request_cookie(rq, AVAIL_COOKIE);
	const char *code = q->dep < 0 ? "" :
	    rq->app->geo.departements[q->dep].code;

	if (asked == NULL || rq->background || strcmp(old == NULL ? "" : old,
	    code) == 0)
		return;
	response_cookie(rs, arena_printf(rq->arena, AVAIL_COOKIE "=%s; "
	    "Path=/disponibilites; Max-Age=%d; SameSite=Lax; Secure; HttpOnly",
	    code, code[0] == '\0' ? 0 : 31536000));
}

enum status
page_availability(struct request *rq, struct response *rs)
{
	struct question q;
	struct scene sc;
	struct kept_block *b;
	enum status st;

	if ((st = question_read(rq, rs, &q)) != ST_OK)
		return st;
	scene_init(rq, &q, &sc);
	if (q.csv)
		return answer_csv(rq, rs, &sc);
	if (q.category >= 0 && (st = call_recent(rq->db, q.region->code,
	    sc.copy->categories[q.category].id, rq->now, &sc.calls)) != ST_OK)
		return st;
	if ((b = body_get(rq, &sc)) == NULL)
		return response_error(rs, ST_NOTFOUND,
		    "La liste n’a pas autant de pages.");
	if (!str_ok(&b->text))
		return ST_LIMIT;
	departement_remember(rq, rs, &q);
	rs->etag = page_etag(rq, b);
	return page_end_block(rq, rs, page_begin(rq, q.category < 0 ?
	    "Disponibilités" : sc.copy->categories[q.category].label,
	    NAV_AVAILABILITY), &b->text);
}
