/* gone.c - the board of a day gone by, « comme connu le ». */
#include <string.h>

#include "base/csv.h"
#include "base/french.h"
#include "domain/report.h"
#include "handlers.h"
#include "pages/history.h"
#include "pages/local_time.h"

#define KEYS(X) LAYOUT_KEYS(X) X(boards) X(sites) X(code) X(label)	\
	X(selected) X(au) X(heure) X(connu) X(today) X(zone_label)	\
	X(of_day) X(name_today) X(at_text) X(known_text) X(csv) X(heads) X(head)	\
	X(places) X(name) X(place) X(site_label) X(dep) X(shared)	\
	X(locked) X(cells) X(value) X(stale) X(others) X(when)		\
	X(source) X(age) X(has_pages) X(page_prev) X(page_next) X(pages) \
	X(page_label) X(page_href) X(page_current) X(n_pages)
PAGE_SPEC(gone, "gone.html", KEYS);

static const struct { const char *word, *label; } boards[BOARD__MAX] = {
	[BOARD_BEDS]	= { "lits", "Lits" },
	[BOARD_PLACES]	= { "places", "Places" },
	[BOARD_SOCIAL]	= { "places-medico-sociales",
	    "Places médico-sociales" },
};

/* Columns, where somebody said something on the page. */
static const struct { int64_t indicator; const char *head; } columns[] = {
	{ 1, "Installés" }, { 2, "Fermés non réact." }, { 3, "Fermés réact." },
	{ HISTORY_TOTAL, "Disponibles" }, { 5, "Femme" }, { 6, "Homme" },
	{ 7, "Occupés" }, { 8, "Réservés" }, { 9, "Suppl. mobilisés" },
};

struct scene {
	struct request		*rq;
	struct gone_ask		 ask;
	struct gone_site	*sites;
	size_t			 n_sites;
	const struct zone	*zone;
	int32_t			 day;
	const char		*time, *known;	/* as typed */
	struct report_cut	 cut;
	struct gone_board	 board;
	size_t			 shown[N_ELEM(columns)], n_shown;
	const char		*query;
};

/* --- reading --- */

static enum status
ask_board(struct request *rq, struct response *rs, struct scene *s)
{
	const char *word = history_field(rq, "board");
	const char *page = history_field(rq, "page");
	size_t i;

	for (i = 0; word != NULL && i < BOARD__MAX; i++)
		if (strcmp(boards[i].word, word) == 0)
			break;
	if (i == BOARD__MAX)
		return response_error(rs, ST_NOTFOUND, "Ce tableau n’existe pas"
		    NNBSP ": lits, places ou places-medico-sociales.");
	s->ask.board = (enum board_id)i;
	s->ask.account_id = rq->session.account_id;
	s->ask.page = 1;
	if (page != NULL && (str_to_int(page, 100000, &s->ask.page) != ST_OK ||
	    s->ask.page == 0))
		return response_error(rs, ST_INPUT, "Cette page n’existe pas.");
	return ST_OK;
}

/* The zone that the hour is typed in: that of the sites, if they share one. */
static enum status
ask_site(struct request *rq, struct response *rs, struct scene *s)
{
	const char *site = history_field(rq, "site");
	size_t i, found = 0;
	enum status st;

	if ((st = gone_sites_read(rq->db, &s->ask, &s->sites, &s->n_sites)) !=
	    ST_OK)
		return st;
	s->zone = NULL;
	for (i = 0; i < s->n_sites; i++) {
		if (site != NULL && strcmp(site, s->sites[i].finess) != 0)
			continue;
		if (found++ == 0)
			s->zone = s->sites[i].zone;
		else if (s->zone != s->sites[i].zone)
			s->zone = rq->app->paris;
		if (site != NULL)
			s->ask.site = s->sites[i].finess;
	}
	if (s->zone == NULL)
		s->zone = rq->app->paris;
	if (site != NULL && s->ask.site == NULL && s->n_sites > 0)
		return response_error(rs, ST_NOTFOUND, "Cet établissement n’a "
		    "pas de lieu de ce tableau dans votre périmètre.");
	return ST_OK;
}

static enum status
ask_when(struct request *rq, struct response *rs, struct scene *s)
{
	const char *day = history_field(rq, "au");
	enum status st;
	int32_t known;

	s->time = history_field(rq, "heure");
	s->known = history_field(rq, "connu");
	if (day == NULL)
		day = day_iso(rq->arena, zone_day(s->zone, rq->now) - 1);
	if (s->time == NULL)
		s->time = "12:00";
	if (day_parse(day, &s->day) != ST_OK || local_instant(s->zone, day,
	    s->time, 0, &s->ask.at_utc) != ST_OK)
		return response_error(rs, ST_INPUT, "Ce jour ou cette heure "
		    "n’existe pas" NNBSP ": au=2026-11-20 et heure=14:30.");
	if (s->ask.at_utc > rq->now)
		return response_error(rs, ST_INPUT, "Cet instant n’est pas "
		    "encore passé.");
	if (s->known == NULL)
		return ST_OK;
	if (day_parse(s->known, &known) != ST_OK)
		return response_error(rs, ST_INPUT, "La date « connu le » "
		    "n’existe pas" NNBSP ": une date s’écrit année-mois-jour, "
		    "par exemple 2026-11-20.");
	st = report_cut_get(rq->db, zone_day_start(rq->app->paris, known + 1),
	    &s->cut);
	if (st == ST_NOTFOUND)
		return response_error(rs, st, "Rien n’était publié à cette "
		    "date" NNBSP ": choisissez un « connu le » plus récent.");
	if (st == ST_OK)
		s->ask.cut_id = s->cut.id;
	return st;
}

/* --- showing --- */

static const struct gone_value *
value_of(const struct gone_place *p, int64_t indicator)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->v[i].indicator == indicator && p->v[i].assigned == NULL)
			return &p->v[i];
	return NULL;
}

static void
columns_find(struct scene *s)
{
	size_t c, i;

	for (c = 0; c < N_ELEM(columns); c++)
		for (i = 0; i < s->board.n; i++)
			if (value_of(&s->board.v[i], columns[c].indicator) !=
			    NULL) {
				s->shown[s->n_shown++] = c;
				break;
			}
}

static void
head_row(struct view *v, size_t i, const void *data)
{
	view_text(v, K_head, columns[((const struct scene *)data)->
	    shown[i]].head);
}

struct row {
	const struct scene	*s;
	const struct gone_place	*p;
};

static void
cell_row(struct view *v, size_t i, const void *data)
{
	const struct row *r = data;
	size_t c = r->s->shown[i];
	const struct gone_value *x = value_of(r->p, columns[c].indicator);
	struct arena *a = view_arena(v);

	view_text(v, K_head, columns[c].head);
	view_text(v, K_value, x == NULL ? NULL : arena_printf(a, "%d",
	    x->value));
	view_flag(v, K_stale, x != NULL && x->expired);
}

/* What has no column: forecasts, crises, assignments. */
static const char *
others_text(struct arena *a, const struct gone_place *p)
{
	const char *out = "";
	size_t i, c;

	for (i = 0; i < p->n; i++) {
		const struct gone_value *x = &p->v[i];

		for (c = 0; c < N_ELEM(columns) && x->assigned == NULL; c++)
			if (columns[c].indicator == x->indicator)
				break;
		if ((x->assigned == NULL && c < N_ELEM(columns)) ||
		    x->indicator == 4 || x->expired)
			continue;
		out = arena_printf(a, "%s%s%s%s%s%s %d", out, out[0] == '\0' ?
		    "" : ", ", x->assigned == NULL ? "" : x->assigned,
		    x->assigned == NULL ? "" : " – ", x->label, NNBSP ":",
		    x->value);
	}
	return out;
}

/* The newest thing that was said by then. */
static const struct gone_value *
newest(const struct gone_place *p)
{
	const struct gone_value *x = NULL;
	size_t i;

	for (i = 0; i < p->n; i++)
		if (x == NULL || p->v[i].effective_utc > x->effective_utc)
			x = &p->v[i];
	return x;
}

/* "il y a 5 heures" is said of now: here "5 heures plus tôt". */
static const char *
age_then(struct arena *a, int64_t age_s)
{
	static const char ago[] = "il y a ";
	const char *text = fr_age(a, age_s < 0 ? 0 : age_s);

	return strncmp(text, ago, sizeof(ago) - 1) != 0 ? "à cet instant" :
	    arena_printf(a, "%s plus tôt", text + sizeof(ago) - 1);
}

static void
place_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;
	struct arena *a = view_arena(v);
	struct row *r = ARENA_NEW(a, struct row);
	const struct gone_place *p = &s->board.v[i];
	const struct gone_value *x = newest(p);

	*r = (struct row){ s, p };
	view_text(v, K_name, p->name);
	view_text(v, K_place, arena_printf(a, "l%lld", (long long)p->id));
	view_text(v, K_site_label, arena_printf(a, "%s (%s)", p->site_name,
	    p->departement));
	view_text(v, K_shared, p->n_units < 2 ? NULL : arena_printf(a,
	    "partagé par %lld unités", (long long)p->n_units));
	view_flag(v, K_name_today, !p->of_day);
	view_text(v, K_locked, !p->locked ? NULL : p->locked_reason == NULL ?
	    "sans motif" : p->locked_reason);
	view_list(v, K_cells, s->n_shown, cell_row, r);
	view_text(v, K_others, others_text(a, p));
	view_text(v, K_when, x == NULL ? NULL : fr_instant(a, p->zone,
	    x->effective_utc));
	view_text(v, K_age, x == NULL ? NULL : age_then(a, s->ask.at_utc -
	    x->effective_utc));
	view_text(v, K_source, x == NULL ? NULL : x->source);
}

static void
board_row(struct view *v, size_t i, const void *data)
{
	view_text(v, K_code, boards[i].word);
	view_text(v, K_label, boards[i].label);
	view_flag(v, K_selected, i == (size_t)((const struct scene *)data)->
	    ask.board);
}

static void
site_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;

	view_text(v, K_code, s->sites[i].finess);
	view_text(v, K_label, arena_printf(view_arena(v), "%s (%s)",
	    s->sites[i].name, s->sites[i].departement));
	view_flag(v, K_selected, s->ask.site == s->sites[i].finess);
}

static void
show_pages(struct view *v, const struct scene *s)
{
	const struct gone_board *b = &s->board;
	struct arena *a = view_arena(v);

	view_flag(v, K_has_pages, b->n_pages > 1);
	if (b->page > 1)
		view_text(v, K_page_prev, arena_printf(a,
		    "/capacitaire/jour?%s&page=%lld", s->query,
		    (long long)b->page - 1));
	if (b->page < b->n_pages)
		view_text(v, K_page_next, arena_printf(a,
		    "/capacitaire/jour?%s&page=%lld", s->query,
		    (long long)b->page + 1));
}

static bool
all_of_day(const struct gone_board *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (!b->v[i].of_day)
			return false;
	return true;
}

static void
show_question(struct view *v, const struct scene *s)
{
	struct arena *a = view_arena(v);
	struct request *rq = s->rq;

	view_flag(v, K_of_day, all_of_day(&s->board));
	view_list(v, K_boards, BOARD__MAX, board_row, s);
	view_list(v, K_sites, s->n_sites, site_row, s);
	view_text(v, K_au, day_iso(a, s->day));
	view_text(v, K_heure, local_time_text(a, s->zone, s->ask.at_utc));
	view_text(v, K_connu, s->known);
	view_text(v, K_today, day_iso(a, zone_day(s->zone, rq->now)));
	view_text(v, K_zone_label, local_zone_label(s->zone));
	view_text(v, K_at_text, fr_instant_long(a, s->zone, s->ask.at_utc));
	view_text(v, K_known_text, s->ask.cut_id == 0 ? "comme connu "
	    "maintenant" : arena_printf(a, "comme connu le %s (heure de "
	    "Paris)", fr_instant(a, rq->app->paris, s->cut.at_utc)));
	view_text(v, K_csv, arena_printf(a, "/capacitaire/jour?%s&format=csv",
	    s->query));
}

/* --- the file: one record a place and figure --- */

static void
csv_record(struct str *out, const struct scene *s,
    const struct gone_place *p, const struct gone_value *x)
{
	struct arena *a = s->rq->arena;

	csv_text(out, p->site_finess);
	csv_text(out, p->site_name);
	csv_text(out, p->departement);
	csv_text(out, arena_printf(a, "l%lld", (long long)p->id));
	csv_text(out, p->name);
	csv_text(out, instant_iso(a, p->zone, s->ask.at_utc));
	csv_text(out, s->ask.cut_id == 0 ? NULL :
	    instant_iso(a, s->rq->app->paris, s->cut.at_utc));
	csv_text(out, x->indicator == HISTORY_TOTAL ? "DISPO" : x->code);
	csv_text(out, x->label);
	csv_text(out, x->assigned);
	csv_num(out, arena_printf(a, "%d", x->value));
	csv_text(out, x->expired ? "oui" : "non");
	csv_text(out, instant_iso(a, p->zone, x->effective_utc));
	csv_text(out, instant_iso(a, p->zone, x->recorded_utc));
	csv_text(out, x->source);
	csv_end(out);
}

static enum status
csv(struct request *rq, struct response *rs, const struct scene *s)
{
	static const char *const heads[] = { "finess", "etablissement",
		"departement", "lieu", "nom", "a_l_instant", "connu_le",
		"indicateur", "libelle", "affectation", "valeur", "expiree",
		"vrai_a_partir_de", "enregistre_le", "source" };
	struct arena *a = rq->arena;
	size_t i, k;

	response_file(rs, "text/csv", arena_printf(a,
	    "capacitaire-%s-%s.csv", boards[s->ask.board].word, day_iso(a,
	    s->day)));
	csv_start(rs->body);
	for (i = 0; i < N_ELEM(heads); i++)
		csv_text(rs->body, heads[i]);
	csv_end(rs->body);
	for (i = 0; i < s->board.n; i++)
		for (k = 0; k < s->board.v[i].n; k++)
			csv_record(rs->body, s, &s->board.v[i],
			    &s->board.v[i].v[k]);
	return ST_OK;
}

enum status
page_gone(struct request *rq, struct response *rs)
{
	const char *format = history_field(rq, "format");
	struct scene s = { .rq = rq };
	struct view *v;
	enum status st;

	if ((st = ask_board(rq, rs, &s)) != ST_OK ||
	    (st = ask_site(rq, rs, &s)) != ST_OK ||
	    (st = ask_when(rq, rs, &s)) != ST_OK)
		return st;
	s.query = arena_printf(rq->arena, "board=%s%s%s&au=%s&heure=%s%s%s",
	    boards[s.ask.board].word, s.ask.site == NULL ? "" : "&site=",
	    s.ask.site == NULL ? "" : s.ask.site, day_iso(rq->arena, s.day),
	    local_time_text(rq->arena, s.zone, s.ask.at_utc),
	    s.known == NULL ? "" : "&connu=", s.known == NULL ? "" : s.known);
	if ((st = gone_board_read(rq->db, &s.ask, &s.board)) != ST_OK)
		return st;
	if (format != NULL && strcmp(format, "csv") == 0)
		return csv(rq, rs, &s);
	columns_find(&s);
	v = page_begin(rq, "Tableau d’un jour passé", NAV_ENTRY);
	show_question(v, &s);
	view_list(v, K_heads, s.n_shown, head_row, &s);
	view_list(v, K_places, s.board.n, place_row, &s);
	show_pages(v, &s);
	return page_end(rq, rs, PAGE_gone, v);
}
