#include "domain/geography.h"

#include <string.h>

static enum status
regions_load(struct db *db, struct arena *a, struct geography *g)
{
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_region_list, DB_NONE, &r)) != ST_OK)
		return st;
	g->n_regions = r.n;
	g->regions = ARENA_ARRAY(a, r.n, struct region);
	for (i = 0; i < r.n; i++)
		g->regions[i] = (struct region){
		    .code = arena_strdup(a, row_text(&r, i,
			COL_region_list_code)),
		    .name = arena_strdup(a, row_text(&r, i,
			COL_region_list_name)) };
	return ST_OK;
}

enum status
geography_load(struct db *db, struct arena *a, struct geography *ret)
{
	struct geography g = { 0 };
	struct rows r;
	enum status st;
	size_t i;

	if ((st = regions_load(db, a, &g)) != ST_OK ||
	    (st = db_run(db, Q_departement_list, DB_NONE, &r)) != ST_OK)
		return st;
	g.n_departements = r.n;
	g.departements = ARENA_ARRAY(a, r.n, struct departement);
	for (i = 0; i < r.n; i++) {
		struct departement *d = &g.departements[i];
		const char *zone = row_text(&r, i,
		    COL_departement_list_time_zone);

		d->code = arena_strdup(a, row_text(&r, i,
		    COL_departement_list_code));
		d->name = arena_strdup(a, row_text(&r, i,
		    COL_departement_list_name));
		d->region_code = arena_strdup(a, row_text(&r, i,
		    COL_departement_list_region_code));
		if (zone_get(zone, &d->zone) != ST_OK) {
			fault_set(&db->fault, "département %s: unknown time "
			    "zone %s (is tzdata installed?)", d->code, zone);
			return ST_INPUT;
		}
	}
	*ret = g;
	return ST_OK;
}

const struct region *
geography_region(const struct geography *g, const char *code)
{
	size_t i;

	for (i = 0; i < g->n_regions; i++)
		if (strcmp(g->regions[i].code, code) == 0)
			return &g->regions[i];
	return NULL;
}

const struct departement *
geography_departement(const struct geography *g, const char *code)
{
	size_t i;

	for (i = 0; i < g->n_departements; i++)
		if (strcmp(g->departements[i].code, code) == 0)
			return &g->departements[i];
	return NULL;
}
