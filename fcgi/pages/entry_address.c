/* entry_address.c - the three boards, their addresses and their files. */
#include <string.h>

#include "base/csv.h"
#include "base/french.h"
#include "entry.h"
#include "fields.h"
#include "local_path.h"
#include "routes.h"

const struct entry_kind entry_kinds[BOARD__MAX] = {
	[BOARD_BEDS] = { "/capacitaire/lits", "Lits (sanitaire)",
	    "capacitaire-lits.csv", false },
	[BOARD_PLACES] = { "/capacitaire/places", "Places (sanitaire)",
	    "capacitaire-places.csv", true },
	[BOARD_SOCIAL] = { "/capacitaire/places-medico-sociales",
	    "Places (médico-social)",
	    "capacitaire-places-medico-sociales.csv", true },
};

void
entry_columns_fill(const struct capacity_shown *shown,
    struct entry_columns *ret)
{
	int f;

	*ret = (struct entry_columns){ .shown = *shown };
	for (f = 0; f < CAP__MAX; f++)
		if (capacity_is_shown(shown, (enum capacity_field)f))
			ret->field[ret->n++] = (enum capacity_field)f;
}

static bool
site_valid(const char *s)
{
	static const char digits[] = "0123456789";

	return strlen(s) == 9 && strspn(s, digits) >= 1 && ((s[1] >= 'A' &&
	    s[1] <= 'Z') || (s[1] >= '0' && s[1] <= '9')) &&
	    strspn(s + 2, digits) == 7;
}

/* The address with some of its filters; page 1 is not said. */
const char *
entry_address(struct arena *a, const struct board_filter *f, int64_t page)
{
	const char *path = entry_kinds[f->id].path;
	const char *site = f->site == NULL ? "" :
	    arena_printf(a, "&site=%s", f->site);
	const char *p = page <= 1 ? "" : arena_printf(a, "&page=%lld",
	    (long long)page);
	const char *q = arena_printf(a, "%s%s%s", site, f->favourites ?
	    "&favoris=1" : "", p);

	return q[0] == '\0' ? path : arena_printf(a, "%s?%s", path, q + 1);
}

const char *
entry_address_with(struct arena *a, const char *self, const char *parameter)
{
	return arena_printf(a, "%s%c%s", self, strchr(self, '?') == NULL ?
	    '?' : '&', parameter);
}

static enum status
fill(struct request *rq, const char *path, const struct fields *q,
    struct entry_address *ret)
{
	const char *site = fields_get(q, "site");
	const char *favourites = fields_get(q, "favoris");
	const char *page = fields_get(q, "page");
	struct board_filter f = { .account_id = rq->session.account_id,
	    .now = rq->now, .page = 1 };
	int64_t n;
	int b;

	for (b = 0; b < BOARD__MAX; b++)
		if (strcmp(path, entry_kinds[b].path) == 0)
			break;
	if (b == BOARD__MAX)
		return ST_NOTFOUND;
	f.id = (enum board_id)b;
	if (site != NULL && site[0] != '\0') {
		if (!site_valid(site))
			return ST_INPUT;
		f.site = site;
	}
	f.favourites = favourites != NULL && strcmp(favourites, "1") == 0;
	if (page != NULL && str_to_int(page, 100000, &n) == ST_OK && n > 0)
		f.page = (int)n;
	*ret = (struct entry_address){ .filter = f, .path = entry_kinds[b].path,
	    .self = entry_address(rq->arena, &f, f.page) };
	return ST_OK;
}

enum status
entry_address_read(struct request *rq, struct entry_address *ret)
{
	return fill(rq, rq->route->path, &rq->query, ret);
}

void
entry_address_back(struct request *rq, struct entry_address *ret)
{
	const char *back = local_path(request_form(rq, "retour"),
	    entry_kinds[BOARD_BEDS].path);
	size_t n = strcspn(back, "?#");
	const char *q = back[n] == '?' ? back + n + 1 : "";
	struct fields fields = { NULL, 0 };
	struct fault ignored = { "" };

	if (fields_parse(rq->arena, q, strcspn(q, "#"), 16, &ignored,
	    &fields) == ST_OK && fill(rq, arena_strndup(rq->arena,
	    back, n), &fields, ret) == ST_OK)
		return;
	fields.n = 0;
	if (fill(rq, entry_kinds[BOARD_BEDS].path, &fields, ret) != ST_OK)
		*ret = (struct entry_address){ .path = "/" };
}

const char *
entry_at_title(struct arena *a, const struct place_state *s)
{
	bool paris = strcmp(zone_name(s->zone), "Europe/Paris") == 0;

	return arena_printf(a, "%s (%s)", fr_instant_long(a, s->zone,
	    s->at_utc), paris ? "heure de Paris" : "heure locale");
}

int64_t
entry_age_s(const struct place_state *s, int64_t now)
{
	return s->at_utc > now ? 0 : now - s->at_utc;
}

int
entry_level(const struct place_state *s, int64_t now)
{
	return fr_age_level_of(entry_age_s(s, now), s->ttl_s);
}

static void
csv_row(struct request *rq, struct str *out, const struct entry_columns *c,
    const struct board_place *p)
{
	const struct place_state *s = &p->state;
	struct arena *a = rq->arena;
	size_t i;

	csv_text(out, p->site_finess);
	csv_text(out, p->site_name);
	csv_text(out, p->departement);
	csv_text(out, arena_printf(a, "l%lld", (long long)s->place_id));
	csv_text(out, s->name);
	csv_text(out, p->path_label);
	csv_text(out, p->phone);
	for (i = 0; i < c->n; i++) {
		int v = place_value(s, c->shown.mode, c->field[i]);

		csv_num(out, v == CAP_NULL ? "" : arena_printf(a, "%d", v));
	}
	csv_text(out, s->at_utc == -1 ? NULL : instant_iso(a, s->zone,
	    s->at_utc));
	csv_text(out, s->by);
	csv_text(out, s->comment);
	csv_text(out, p->locked ? p->locked_reason : NULL);
	csv_end(out);
}

enum status
entry_csv(struct request *rq, struct response *rs,
    const struct entry_address *at, const struct board *b)
{
	const struct entry_kind *kind = &entry_kinds[at->filter.id];
	struct entry_columns columns;
	size_t i;

	entry_columns_fill(&b->context.shown, &columns);
	response_file(rs, "text/csv", kind->file);
	csv_start(rs->body);
	csv_text(rs->body, "FINESS");
	csv_text(rs->body, "Établissement");
	csv_text(rs->body, "Département");
	csv_text(rs->body, "Identifiant");
	csv_text(rs->body, "Lieu de réalisation");
	csv_text(rs->body, "UF – pôle");
	csv_text(rs->body, "Téléphone");
	for (i = 0; i < columns.n; i++)
		csv_text(rs->body, capacity_head(columns.shown.mode,
		    columns.field[i], kind->slots));
	csv_text(rs->body, "Dernière mise à jour");
	csv_text(rs->body, "Mis à jour par");
	csv_text(rs->body, "Commentaire");
	csv_text(rs->body, "Indisponibilité totale");
	csv_end(rs->body);
	for (i = 0; i < b->n; i++)
		csv_row(rq, rs->body, &columns, &b->v[i]);
	return ST_OK;
}

