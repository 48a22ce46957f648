#include "domain/structure.h"

#include <stdlib.h>
#include <string.h>

#define TEXT(col)	row_text(r, i, COL_sheet_get_##col)

/* "href|name" */
static void
crumbs_fill(struct arena *a, const struct rows *r, struct structure *s)
{
	const size_t i = 0;
	char **texts, *bar;
	size_t k;

	s->n_crumbs = row_array(a, r, i, COL_sheet_get_crumbs, &texts);
	s->crumbs = ARENA_ARRAY(a, s->n_crumbs, struct crumb);
	for (k = 0; k < s->n_crumbs; k++) {
		if ((bar = strchr(texts[k], '|')) == NULL)
			bar = texts[k];		/* the statement puts one */
		*bar = '\0';
		s->crumbs[k] = (struct crumb){ texts[k], bar + 1 };
	}
}

static void
structure_fill(struct arena *a, const struct rows *r, struct structure *s)
{
	const size_t i = 0;

	*s = (struct structure){
		.level = TEXT(level), .name = TEXT(name),
		.long_name = TEXT(long_name), .code = TEXT(code),
		.finess = TEXT(finess), .category = TEXT(category),
		.legal_status = TEXT(legal_status), .siret = TEXT(siret),
		.siren = TEXT(siren), .postcode = TEXT(postcode),
		.locality = TEXT(locality), .departement = TEXT(departement),
		.phone = TEXT(phone), .mail = TEXT(mail),
		.unit_type = TEXT(unit_type), .field = TEXT(field),
		.care_mode = TEXT(care_mode), .conditions = TEXT(conditions),
		.lat = row_double(r, i, COL_sheet_get_lat, 0),
		.lon = row_double(r, i, COL_sheet_get_lon, 0),
		.name_deduced = row_bool(r, i, COL_sheet_get_deduced),
		.sensitive = row_bool(r, i, COL_sheet_get_sensitive),
		.favourite = row_bool(r, i, COL_sheet_get_favourite),
		.may_read_past = row_bool(r, i,
		    COL_sheet_get_may_read_past),
		.may_close = row_bool(r, i, COL_sheet_get_may_close),
		.closed = !row_null(r, i, COL_sheet_get_closed_on),
		.closed_day = row_day(r, i, COL_sheet_get_closed_on, 0),
		.site_id = row_int(r, i, COL_sheet_get_site_id, -1),
		.ej_id = row_int(r, i, COL_sheet_get_ej_id, -1),
	};
	if (!row_null(r, i, COL_sheet_get_lat))
		s->quality = (int)row_int(r, i, COL_sheet_get_quality, 3);
	s->n_address = row_array(a, r, i, COL_sheet_get_address, &s->address);
	s->n_activities = row_array(a, r, i, COL_sheet_get_activities,
	    &s->activities);
	crumbs_fill(a, r, s);
}

enum status
structure_get(struct db *db, const char *thing, int64_t account_id,
    struct structure *ret)
{
	static const struct { char letter; const char *kind; } kinds[] = {
		{ 'p', "structure" }, { 's', "structure" },
		{ 'f', "structure" }, { 'u', "unit" }, { 'l', "place" },
	};
	const char *kind = "finess", *id = "0";
	struct rows r;
	enum status st;
	size_t i;

	for (i = 0; i < N_ELEM(kinds); i++)
		if (thing[0] == kinds[i].letter) {
			kind = kinds[i].kind;
			id = thing + 1;
		}
	if ((st = db_run(db, Q_sheet_get, DB_ARGS(kind, thing, id,
	    db_int(db, account_id)), &r)) != ST_OK)
		return st;
	if (r.n == 0)
		return ST_NOTFOUND;
	structure_fill(db->arena, &r, ret);
	return ST_OK;
}

static void
node_fill(struct arena *a, const struct rows *r, size_t i, struct node *n)
{
#define NODE(col)	COL_sheet_nodes_##col
	*n = (struct node){
		.level = row_text(r, i, NODE(level)),
		.id = row_int(r, i, NODE(id), -1),
		.parent_id = row_int(r, i, NODE(parent_id), -1),
		.href = row_text(r, i, NODE(href)),
		.name = row_text(r, i, NODE(name)),
		.nature = row_text(r, i, NODE(nature)),
		.category = row_text(r, i, NODE(category)),
		.subset = row_bool(r, i, NODE(subset)),
		.locked = row_text(r, i, NODE(locked)),
		.installed = row_int(r, i, NODE(installed), -1),
		.closed = row_int(r, i, NODE(closed), -1),
		.available = row_int(r, i, NODE(available), -1),
		.suppl = row_int(r, i, NODE(suppl), -1),
		.expired = row_bool(r, i, NODE(expired)),
		.touched_utc = row_instant(r, i, NODE(touched_at), -1),
		.source = row_text(r, i, NODE(source)),
		.phone = row_text(r, i, NODE(phone)),
	};
	n->n_units = row_array(a, r, i, NODE(units), &n->units);
#undef NODE
}

enum status
structure_nodes(struct db *db, const struct structure *s, int64_t at_utc,
    struct nodes *ret)
{
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_sheet_nodes, DB_ARGS(
	    s->site_id < 0 ? NULL : db_int(db, s->site_id),
	    s->ej_id < 0 ? NULL : db_int(db, s->ej_id),
	    instant_sql(db->arena, at_utc)), &r)) != ST_OK)
		return st;
	ret->n = r.n;
	ret->v = ARENA_ARRAY(db->arena, r.n, struct node);
	for (i = 0; i < r.n; i++)
		node_fill(db->arena, &r, i, &ret->v[i]);
	return ST_OK;
}

enum status
structure_sites(struct db *db, const char *ej_finess, int64_t at_utc,
    struct site_totals *ret)
{
#define SITE(col)	COL_sheet_sites_##col
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_sheet_sites, DB_ARGS(ej_finess,
	    instant_sql(db->arena, at_utc)), &r)) != ST_OK)
		return st;
	ret->n = r.n;
	ret->v = ARENA_ARRAY(db->arena, r.n, struct site_total);
	for (i = 0; i < r.n; i++)
		ret->v[i] = (struct site_total){
		    .finess = row_text(&r, i, SITE(site_finess)),
		    .name = row_text(&r, i, SITE(site_name)),
		    .commune = row_text(&r, i, SITE(commune)),
		    .nature = row_text(&r, i, SITE(nature)),
		    .places = row_int(&r, i, SITE(places), 0),
		    .reporting = row_int(&r, i, SITE(reporting), 0),
		    .installed = row_int(&r, i, SITE(installed), -1),
		    .available = row_int(&r, i, SITE(available), -1) };
	return ST_OK;
#undef SITE
}
