/* survival.c - one static page per département with the last known beds.
 *
 * Plain pages that nginx serves alone when a pool or the database is down, so
 * nothing in them asks for anything but one small style sheet.  They are
 * dated to the minute: within it, a second run changes no file.
 */
#include <string.h>

#include "base/french.h"
#include "domain/geography.h"
#include "output.h"
#include "tmpl/tmpl.h"

enum { PAGE_MAX = 16 * 1024 * 1024 };

#define KEYS(X)								\
	X(departement) X(code) X(region) X(at_iso) X(at_text)		\
	X(support_phone) X(support_hours) X(categories) X(category)	\
	X(summary) X(rows) X(old) X(site) X(commune) X(unit)		\
	X(available) X(installed) X(said_iso) X(said_title) X(age)	\
	X(phone) X(phone_href) X(departements) X(pages)
TMPL_KEYS(survival_keys, KEYS);

struct survival {
	struct run		*run;
	struct geography	 geo;
	const struct zone	*paris;
	const struct tmpl	*page, *index;
	int64_t			 at_utc;	/* a whole minute */
	struct rows		 rows;		/* of all départements */
};

/* Rows [from, from + n) of one category of one département. */
struct part {
	const struct survival	*s;
	const struct zone	*zone;
	size_t			 from, n;
};

static const char *
text(const struct part *p, size_t i, int col)
{
	return row_text(&p->s->rows, p->from + i, col);
}

/* "tel:" wants digits: 01 42 00 00 00 is dialled as it is. */
static const char *
dialled(struct arena *a, const char *phone)
{
	char *out = arena_strdup(a, phone), *w = out;

	for (; *phone != '\0'; phone++)
		if ((*phone >= '0' && *phone <= '9') || *phone == '+')
			*w++ = *phone;
	*w = '\0';
	return out;
}

static bool
expired(const struct part *p, size_t i)
{
	const struct rows *r = &p->s->rows;
	int64_t at = row_instant(r, p->from + i, COL_survival_place_at_utc, 0);

	return p->s->at_utc >= at + row_int(r, p->from + i,
	    COL_survival_place_ttl_s, 0);
}

static void
view_said(struct view *v, const struct part *p, size_t i)
{
	struct arena *a = view_arena(v);
	int64_t at = row_instant(&p->s->rows, p->from + i,
	    COL_survival_place_at_utc, INT64_MIN);
	const char *why = text(p, i, COL_survival_place_locked_reason);

	view_text(v, K_said_iso, NULL);
	view_flag(v, K_old, false);
	if (why != NULL) {
		view_text(v, K_available, "0");
		view_text(v, K_age, arena_printf(a, "indisponible%s%s",
		    why[0] == '\0' ? "" : " : ", why));
		return;
	}
	view_text(v, K_available, text(p, i, COL_survival_place_available));
	if (at == INT64_MIN ||
	    text(p, i, COL_survival_place_available) == NULL) {
		view_text(v, K_age, "jamais renseigné");
		return;
	}
	view_text(v, K_age, fr_age(a, p->s->at_utc > at ?
	    p->s->at_utc - at : 0));
	view_text(v, K_said_iso, instant_iso(a, p->zone, at));
	view_text(v, K_said_title, fr_instant_long(a, p->zone, at));
	view_flag(v, K_old, expired(p, i));
}

static void
view_row(struct view *v, size_t i, const void *data)
{
	const struct part *p = data;
	const char *phone = text(p, i, COL_survival_place_phone);

	view_text(v, K_site, text(p, i, COL_survival_place_site));
	view_text(v, K_commune, text(p, i, COL_survival_place_commune));
	view_text(v, K_unit, text(p, i, COL_survival_place_unit));
	view_text(v, K_installed, text(p, i, COL_survival_place_installed));
	view_text(v, K_phone, phone);
	if (phone != NULL)
		view_text(v, K_phone_href, dialled(view_arena(v), phone));
	view_said(v, p, i);
}

static void
view_category(struct view *v, size_t i, const void *data)
{
	const struct part *p = (const struct part *)data + i;
	int64_t free_beds = 0, known = 0;
	size_t j;

	for (j = 0; j < p->n; j++) {
		bool locked = text(p, j, COL_survival_place_locked_reason) !=
		    NULL;
		int64_t n = row_int(&p->s->rows, p->from + j,
		    COL_survival_place_available, -1);

		if (!locked && (n < 0 || expired(p, j)))
			continue;
		known++;
		free_beds += locked ? 0 : n;
	}
	view_text(v, K_category, text(p, 0, COL_survival_place_category));
	view_text(v, K_summary, arena_printf(view_arena(v),
	    "%s dans %s sur %s", fr_count(view_arena(v), free_beds,
	    "disponible", "disponibles"), fr_count(view_arena(v), known,
	    "unité à jour", "unités à jour"),
	    fr_int(view_arena(v), (int64_t)p->n)));
	view_list(v, K_rows, p->n, view_row, p);
}

static void
view_frame(struct view *v, const struct survival *s)
{
	view_text(v, K_at_iso, instant_iso(view_arena(v), s->paris,
	    s->at_utc));
	view_text(v, K_at_text, fr_instant_long(view_arena(v), s->paris,
	    s->at_utc));
	view_text(v, K_support_phone, conf_text(s->run->conf,
	    CONF_SUPPORT_PHONE));
	view_text(v, K_support_hours, conf_text(s->run->conf,
	    CONF_SUPPORT_HOURS));
}

static enum status
save(struct survival *s, const struct tmpl *t, struct view *v,
    const char *name)
{
	struct str out;
	enum status st;

	str_init(&out, PAGE_MAX);
	tmpl_render(t, v, &out);
	st = report_file(s->run, arena_printf(s->run->arena,
	    "%s/survie/%s.html", s->run->out, name), &out, s->at_utc);
	str_free(&out);
	return st;
}

/* Cut rows [from, to) into categories; parts has room for all of them. */
static size_t
cut(const struct survival *s, const struct departement *d, size_t from,
    size_t to, struct part *parts)
{
	size_t n = 0, i;

	for (i = from; i < to; i++) {
		const char *name = row_text(&s->rows, i,
		    COL_survival_place_category);

		if (n == 0 || strcmp(name, text(&parts[n - 1], 0,
		    COL_survival_place_category)) != 0)
			parts[n++] = (struct part){ s, d->zone, i, 0 };
		parts[n - 1].n++;
	}
	return n;
}

static enum status
departement_page(struct survival *s, const struct departement *d, size_t from,
    size_t to)
{
	struct arena *a = s->run->arena;
	struct part *parts = ARENA_ARRAY(a, to - from, struct part);
	struct view *v = view_new(a);

	view_frame(v, s);
	view_text(v, K_departement, d->name);
	view_text(v, K_code, d->code);
	view_list(v, K_categories, cut(s, d, from, to, parts), view_category,
	    parts);
	return save(s, s->page, v, d->code);
}

/* The index: départements by région, those that have a page. */
struct listed {
	const struct region		*region;
	const struct departement	**item;
	size_t				 n;
};

static void
view_link(struct view *v, size_t i, const void *data)
{
	const struct listed *l = data;

	view_text(v, K_departement, l->item[i]->name);
	view_text(v, K_code, l->item[i]->code);
}

static void
view_region(struct view *v, size_t i, const void *data)
{
	const struct listed *l = (const struct listed *)data + i;

	view_text(v, K_region, l->region->name);
	view_list(v, K_pages, l->n, view_link, l);
}

static enum status
index_page(struct survival *s, const bool *made)
{
	struct arena *a = s->run->arena;
	struct listed *list = ARENA_ARRAY(a, s->geo.n_regions, struct listed);
	struct view *v = view_new(a);
	size_t n = 0, i, j;

	for (i = 0; i < s->geo.n_regions; i++) {
		struct listed *l = &list[n];

		*l = (struct listed){ &s->geo.regions[i], ARENA_ARRAY(a,
		    s->geo.n_departements, const struct departement *), 0 };
		for (j = 0; j < s->geo.n_departements; j++)
			if (made[j] && strcmp(s->geo.departements[j].region_code,
			    l->region->code) == 0)
				l->item[l->n++] = &s->geo.departements[j];
		n += l->n > 0;
	}
	view_frame(v, s);
	view_list(v, K_departements, n, view_region, list);
	return save(s, s->index, v, "index");
}

/* Both lists are in the order of codes. */
static enum status
all_pages(struct survival *s)
{
	bool *made = ARENA_ARRAY(s->run->arena, s->geo.n_departements, bool);
	enum status st, first = ST_OK;
	size_t at = 0, i;

	for (i = 0; i < s->geo.n_departements; i++) {
		const struct departement *d = &s->geo.departements[i];
		size_t from = at;

		while (at < s->rows.n && strcmp(row_text(&s->rows, at,
		    COL_survival_place_departement_code), d->code) == 0)
			at++;
		if (at == from)
			continue;
		made[i] = true;
		/* One page that fails does not take the others with it. */
		if ((st = departement_page(s, d, from, at)) != ST_OK &&
		    first == ST_OK)
			first = st;
	}
	if ((st = index_page(s, made)) != ST_OK && first == ST_OK)
		first = st;
	return first;
}

enum status
job_survival(struct run *run)
{
	struct survival s = { .run = run,
		.at_utc = run->now_utc - run->now_utc % 60 };
	const char *dir = conf_text(run->conf, CONF_TEMPLATES);
	enum status st;

	if ((st = zone_get("Europe/Paris", &s.paris)) != ST_OK ||
	    (st = report_folder(run, arena_printf(run->arena, "%s/survie",
	    run->out))) != ST_OK ||
	    (st = tmpl_load(run->arena, dir, "survival.html", survival_keys,
	    K__MAX, &run->fault, &s.page)) != ST_OK ||
	    (st = tmpl_load(run->arena, dir, "survival_index.html",
	    survival_keys, K__MAX, &run->fault, &s.index)) != ST_OK ||
	    (st = geography_load(&run->db, run->arena, &s.geo)) != ST_OK ||
	    (st = db_run(&run->db, Q_survival_place,
	    DB_ARGS(instant_sql(run->arena, s.at_utc)), &s.rows)) != ST_OK)
		return st;
	return all_pages(&s);
}
