/* availability_proof.c - /disponibilites/preuve: what a cell is made of.
 *
 * Every place of the cell in one of six parts, what it adds to each bound, and
 * the formula with its numbers.  The rows are added up apart from the matrix:
 * both sums are shown, and a test compares them for every cell.
 */
#include <string.h>

#include "base/csv.h"
#include "base/french.h"
#include "handlers.h"
#include "pages/availability.h"

#define NB	"\xe2\x80\xaf"		/* U+202F */

/* Terms of a sum written out; rows of a page, the file has all. */
enum { TERMS_MAX = 12, ROWS_MAX = 1000, WORDS_MAX = 16 };

static const char *const keys[] = { AVAIL_KEYS(TMPL_KEY_NAME) };

const struct page_spec page_spec_proof = { "proof.html", keys, N_ELEM(keys) };

static const struct { const char *word, *label, *why; }
    parts[AVAIL_PART__MAX] = {
	[AVAIL_PART_COUNTED] = { "compte", "Comptés",
	    "La valeur est à jour" NB ": elle est dans la somme." },
	[AVAIL_PART_CLOSED] = { "ferme", "Zéro connu",
	    "Indisponibilité totale déclarée" NB ": 0, et c’est su." },
	[AVAIL_PART_EXPIRED] = { "perime", "Écartés" NB ": valeur périmée",
	    "La valeur a dépassé sa durée de validité. Elle n’est pas dans la "
	    "somme" NB "; les lits en service sont dans la borne haute." },
	[AVAIL_PART_AGED] = { "trop_ancien",
	    "Écartés" NB ": plus ancienne que demandé",
	    "La valeur est encore valable, mais plus ancienne que le filtre "
	    "de fraîcheur choisi." },
	[AVAIL_PART_NEVER] = { "jamais", "Écartés" NB ": jamais renseignés",
	    "Aucune valeur n’a jamais été reçue. Ce n’est pas 0" NB ": les "
	    "lits en service sont dans la borne haute." },
	[AVAIL_PART_INSIDE] = { "inclus", "Écartés" NB ": inclus ailleurs",
	    "Le lieu est dans un autre de la même catégorie, dont le nombre "
	    "le contient déjà" NB "; ou personne ne le suit, et les lieux "
	    "suivis qu’il contient comptent à sa place." },
};

static const char *const out_words[AVAIL_OUT__MAX] = {
	[AVAIL_FAR] = "trop loin", [AVAIL_NOWHERE] = "sans position connue",
	[AVAIL_UNMARKED] = "hors de vos favoris",
};

struct proof {
	struct scene	*sc;
	char		**reporter;	/* by row; NULL: not known */
	const char	*facts[WORDS_MAX];
	size_t		 n_facts;
};

/* A part of the rows, which are sorted by part. */
struct part {
	const struct proof	*pr;
	enum avail_part		 part;
	size_t			 from, n;
};

/* « 3 + 4 + 0 » of the counted rows, cut when it would not help. */
static const char *
terms(struct arena *a, const struct avail_proof *p)
{
	const char *out = "";
	size_t i, n = p->n_part[AVAIL_PART_COUNTED];

	if (p->hidden.fresh > 0 || n > TERMS_MAX)
		return NULL;
	for (i = 0; i < n; i++)
		out = arena_printf(a, "%s%s%s", out, i > 0 ? " + " : "",
		    fr_int(a, p->v[i].low));
	return n > 1 ? out : NULL;
}

static const char *
formula(struct arena *a, const struct scene *sc,
    const struct snapshot_category *c)
{
	const struct avail_proof *p = &sc->proof;
	const struct avail_sum *cell = scene_cell(sc);
	const char *sum = terms(a, p);

	if (cell->fresh == 0)
		return arena_printf(a, "Disponibles" NB ": inconnu. Aucun des "
		    "%s n’a de valeur à jour.", fr_count(a, cell->places,
		    "lieu", "lieux"));
	return arena_printf(a, "Disponibles" NB ": %s%s%s = somme des valeurs "
	    "à jour de %s%s.", fr_count(a, p->low, c->one, c->many),
	    sum == NULL ? "" : " = ", sum == NULL ? "" : sum,
	    fr_count(a, cell->fresh, "lieu", "lieux"),
	    p->n_part[AVAIL_PART_CLOSED] == 0 ? "" : arena_printf(a, ", dont "
	    "%s à 0 par indisponibilité totale", fr_int(a,
	    (int64_t)p->n_part[AVAIL_PART_CLOSED])));
}

static const char *
formula_high(struct arena *a, const struct scene *sc)
{
	const struct avail_proof *p = &sc->proof;

	if (p->high == p->low)
		return "Borne haute" NB ": la même, rien n’est inconnu.";
	return arena_printf(a, "Borne haute" NB ": %s = %s connus + %s en "
	    "service (installés − fermés + supplémentaires mobilisés) dans "
	    "les lieux dont la valeur n’est pas connue.", fr_int(a, p->high),
	    fr_int(a, p->low), fr_int(a, p->high - p->low));
}

static const char *
cover(struct arena *a, const struct scene *sc)
{
	const struct avail_sum *t = scene_cell(sc);
	const char *age = t->oldest_utc == INT64_MAX ? "" : arena_printf(a,
	    " La plus ancienne valeur comptée" NB ": %s.", fr_age(a,
	    sc->ask.now - t->oldest_utc));

	return arena_printf(a, "Couverture" NB ": %s attendus sur %s, %s déjà "
	    "renseignés, %s à jour (%s attendus).%s Sources" NB ": %s en "
	    "saisie, %s par flux.", fr_int(a, t->expected), fr_count(a,
	    t->places, "lieu", "lieux"), fr_int(a, t->reporting), fr_int(a,
	    t->fresh), fr_int(a, t->expected_fresh), age, fr_int(a,
	    t->by_source[SOURCE_MANUAL]), fr_int(a,
	    t->by_source[SOURCE_FEED]));
}

/* « 1 périmé, 2 jamais renseignés… »: what is not in the sum, in one line. */
static const char *
rest(struct arena *a, const struct scene *sc)
{
	static const struct { enum avail_part part; const char *one, *many; }
	    words[] = {
		{ AVAIL_PART_EXPIRED, "lieu périmé", "lieux périmés" },
		{ AVAIL_PART_AGED, "lieu trop ancien", "lieux trop anciens" },
		{ AVAIL_PART_NEVER, "lieu jamais renseigné",
		  "lieux jamais renseignés" },
		{ AVAIL_PART_INSIDE, "lieu inclus dans un autre",
		  "lieux inclus dans un autre" },
	};
	const struct avail_proof *p = &sc->proof;
	const char *out = "";
	size_t i;

	for (i = 0; i < N_ELEM(words); i++)
		if (p->n_part[words[i].part] > 0)
			out = arena_printf(a, "%s%s%s", out, out[0] == '\0' ?
			    "" : ", ", fr_count(a,
			    (int64_t)p->n_part[words[i].part], words[i].one,
			    words[i].many));
	if (p->hidden.places > p->hidden.fresh)
		out = arena_printf(a, "%s%s%s", out, out[0] == '\0' ? "" :
		    ", ", fr_count(a, p->hidden.places - p->hidden.fresh,
		    "lieu d’accès restreint sans valeur",
		    "lieux d’accès restreint sans valeur"));
	return out[0] == '\0' ? NULL : arena_printf(a, "Non comptés" NB
	    ": %s.", out);
}

void
proof_words(struct view *v, struct scene *sc)
{
	const struct question *q = sc->q;
	const struct snapshot_category *c = &sc->copy->categories[q->category];
	const struct avail_sum *t = scene_cell(sc);
	struct arena *a = view_arena(v);

	view_text(v, K_proof_href, arena_printf(a, "/disponibilites/preuve%s",
	    question_href(a, q, sc->copy, q->category, q->dep)));
	view_text(v, K_proof_figure, t->fresh == 0 ? "?" : t->high >
	    t->available ? arena_printf(a, "%s à %s", fr_int(a, t->available),
	    fr_count(a, t->high, c->one, c->many)) : fr_count(a, t->available,
	    c->one, c->many));
	view_text(v, K_proof_formula, formula(a, sc, c));
	view_text(v, K_proof_high, formula_high(a, sc));
	view_text(v, K_proof_cover, cover(a, sc));
	view_text(v, K_proof_rest, rest(a, sc));
	view_text(v, K_proof_cut, fr_instant_long(a, sc->app->paris,
	    sc->ask.now));
}

static void
proof_row(struct view *v, size_t i, const void *data)
{
	const struct part *g = data;
	const struct scene *sc = g->pr->sc;
	const struct avail_proof_row *row = &sc->proof.v[g->from + i];
	const struct place *p = &sc->copy->places[row->place];
	const struct figures *f = &sc->copy->figures[row->place];
	struct arena *a = view_arena(v);

	view_text(v, K_site, p->site_name);
	view_text(v, K_site_href, arena_printf(a, "/fiche/%s",
	    p->site_finess));
	view_text(v, K_unit, p->n_units > 0 ? p->unit_names[0] : p->name);
	view_text(v, K_unit_href, arena_printf(a, "/fiche/l%lld",
	    (long long)p->id));
	view_text(v, K_mut, p->n_units < 2 ? NULL : arena_printf(a,
	    "partagé par %zu unités, compté une fois", p->n_units));
	if (row->part == AVAIL_PART_INSIDE)
		view_text(v, K_inside, inside_words(a, sc->copy, p));
	view_text(v, K_locked, row->part != AVAIL_PART_CLOSED ? NULL :
	    p->locked_reason);
	view_flag(v, K_unfollowed, !p->followed);
	view_text(v, K_distance, distance_text(a, sc, row->place));
	view_text(v, K_free, row->is.state == AVAIL_NEVER ? "?" : fr_int(a,
	    row->is.available));
	view_flag(v, K_free_old, row->part != AVAIL_PART_COUNTED &&
	    row->part != AVAIL_PART_CLOSED);
	view_text(v, K_installed, row->is.installed < 0 ? "?" : fr_int(a,
	    row->is.installed));
	view_text(v, K_adds, row->low == row->high ? fr_int(a, row->low) :
	    arena_printf(a, "%s à %s", fr_int(a, row->low), fr_int(a,
	    row->high)));
	view_text(v, K_at_iso, NULL);
	view_text(v, K_age, "Jamais renseigné");
	if (row->is.state != AVAIL_NEVER)
		place_age_show(v, sc, p, row->is.at_utc);
	view_text(v, K_source, f->source < 0 || row->part ==
	    AVAIL_PART_CLOSED ? NULL : sc->copy->sources[f->source].label);
	view_text(v, K_reporter, g->pr->reporter[g->from + i]);
}

static void
part_row(struct view *v, size_t i, const void *data)
{
	const struct part *g = &((const struct part *)data)[i];
	const struct scene *sc = g->pr->sc;
	struct arena *a = view_arena(v);
	int64_t low = 0, high = 0;
	size_t k;

	for (k = g->from; k < g->from + g->n; k++) {
		low += sc->proof.v[k].low;
		high += sc->proof.v[k].high;
	}
	view_text(v, K_part_label, arena_printf(a, "%s" NB ": %s",
	    parts[g->part].label, fr_count(a, (int64_t)g->n, "lieu",
	    "lieux")));
	view_text(v, K_part_why, parts[g->part].why);
	view_text(v, K_part_total, low == high ? fr_int(a, low) :
	    arena_printf(a, "%s à %s", fr_int(a, low), fr_int(a, high)));
	view_list(v, K_rows, g->n, proof_row, g);
}

static void
fact_row(struct view *v, size_t i, const void *data)
{
	view_text(v, K_fact, ((const struct proof *)data)->facts[i]);
}

static void
fact_add(struct proof *pr, const char *text)
{
	if (pr->n_facts < WORDS_MAX)
		pr->facts[pr->n_facts++] = text;
}

/* What no row shows: restricted places, filters, places nobody expects. */
static void
facts_collect(struct proof *pr, struct arena *a)
{
	const struct scene *sc = pr->sc;
	const struct avail_proof *p = &sc->proof;
	size_t i;

	if (p->hidden.places > 0)
		fact_add(pr, arena_printf(a, "Accès restreint" NB ": %s, qui "
		    "ajoutent %s à %s aux disponibles, comptés dans la somme "
		    "et non listés.", fr_count(a, p->hidden.places, "lieu",
		    "lieux"), fr_int(a, p->hidden.available),
		    fr_int(a, p->hidden.high)));
	if (p->unfollowed > 0)
		fact_add(pr, arena_printf(a, "Non suivis" NB ": %s. Leur "
		    "valeur compte quand elle est donnée, personne ne "
		    "l’attend" NB ": hors de la couverture.", fr_count(a,
		    p->unfollowed, "lieu", "lieux")));
	for (i = 0; i < AVAIL_OUT__MAX; i++)
		if (p->left_out[i] > 0)
			fact_add(pr, arena_printf(a, "Hors du choix" NB ": %s "
			    "%s.", fr_count(a, p->left_out[i], "lieu",
			    "lieux"), out_words[i]));
	if (p->n > ROWS_MAX)
		fact_add(pr, arena_printf(a, "La page montre %s" NB "; le "
		    "fichier les a tous.", fr_count(a, ROWS_MAX, "lieu",
		    "lieux")));
}

/* « flux chu-bm », « l’établissement »: never the name of a person. */
static enum status
reporters_get(struct request *rq, struct proof *pr)
{
	const struct scene *sc = pr->sc;
	const struct avail_proof *p = &sc->proof;
	size_t n = p->n > ROWS_MAX ? ROWS_MAX : p->n, i, k;
	int64_t *ids = ARENA_ARRAY(rq->arena, n, int64_t);
	struct rows r;
	enum status st;

	pr->reporter = ARENA_ARRAY(rq->arena, p->n, char *);
	for (i = 0; i < n; i++)
		ids[i] = sc->copy->places[p->v[i].place].id;
	if ((st = db_run(rq->db, Q_figure_reporter, DB_ARGS(db_int_array(
	    rq->arena, ids, n)), &r)) != ST_OK)
		return st;
	for (i = 0; i < n; i++)
		for (k = 0; k < r.n; k++)
			if (row_int(&r, k, COL_figure_reporter_place_id, 0) ==
			    ids[i])
				pr->reporter[i] = row_null(&r, k,
				    COL_figure_reporter_feed) ?
				    arena_strdup(rq->arena,
				    "l’établissement") :
				    arena_printf(rq->arena, "flux %s",
				    row_text(&r, k, COL_figure_reporter_feed));
	return ST_OK;
}

static void
parts_show(struct view *v, struct proof *pr)
{
	const struct avail_proof *p = &pr->sc->proof;
	struct arena *a = view_arena(v);
	struct part *g = ARENA_ARRAY(a, AVAIL_PART__MAX, struct part);
	size_t n = 0, from = 0, rows;
	int k;

	for (k = 0; k < AVAIL_PART__MAX; k++) {
		rows = p->n_part[k];
		if (from < ROWS_MAX && from + rows > ROWS_MAX)
			rows = ROWS_MAX - from;
		if (rows > 0 && from < ROWS_MAX)
			g[n++] = (struct part){ pr, (enum avail_part)k, from,
			    rows };
		from += p->n_part[k];
	}
	view_list(v, K_parts, n, part_row, g);
	view_list(v, K_facts, pr->n_facts, fact_row, pr);
	view_text(v, K_total_low, fr_int(a, p->low));
	view_text(v, K_total_high, fr_int(a, p->high));
	view_text(v, K_total_installed, fr_int(a,
	    scene_cell(pr->sc)->installed));
}

static void
where_show(struct view *v, const struct scene *sc)
{
	const struct question *q = sc->q;
	struct arena *a = view_arena(v);
	const char *here = question_href(a, q, sc->copy, q->category, q->dep);

	view_text(v, K_list_title, arena_printf(a, "%s – %s",
	    sc->copy->categories[q->category].label, q->dep < 0 ?
	    q->region->name : sc->app->geo.departements[q->dep].name));
	view_text(v, K_region_name, q->region->name);
	view_text(v, K_back_href, arena_printf(a, "/disponibilites%s#detail",
	    here));
	view_text(v, K_href_csv, arena_printf(a, "%s&format=csv", here));
	view_text(v, K_noun, sc->copy->categories[q->category].many);
	if (q->around_problem != NULL) {
		view_text(v, K_alert_kind, "warning");
		view_text(v, K_alert, q->around_problem);
	}
}

static const char *const csv_head[] = { "role", "departement", "finess",
	"etablissement", "unite", "lieu", "suivi", "disponibles", "installes",
	"ajoute_bas", "ajoute_haut", "valeur_du", "source", "arrete_au" };

static void
csv_number(struct str *out, struct arena *a, int64_t n)
{
	csv_num(out, n < 0 ? NULL : arena_printf(a, "%lld", (long long)n));
}

static void
csv_row(struct str *out, struct scene *sc, struct arena *a,
    const struct avail_proof_row *row)
{
	const struct place *p = &sc->copy->places[row->place];
	const struct figures *f = &sc->copy->figures[row->place];
	const struct departement *d =
	    &sc->app->geo.departements[p->departement];

	csv_text(out, parts[row->part].word);
	csv_text(out, d->code);
	csv_text(out, p->site_finess);
	csv_text(out, p->site_name);
	csv_text(out, p->n_units > 0 ? p->unit_names[0] : NULL);
	csv_text(out, p->name);
	csv_text(out, p->followed ? "oui" : "non");
	csv_number(out, a, row->is.state == AVAIL_NEVER ? -1 :
	    row->is.available);
	csv_number(out, a, row->is.installed);
	csv_number(out, a, row->low);
	csv_number(out, a, row->high);
	csv_text(out, row->is.state == AVAIL_NEVER ? NULL : instant_iso(a,
	    d->zone, row->is.at_utc));
	csv_text(out, f->source < 0 ? NULL :
	    sc->copy->sources[f->source].label);
	csv_text(out, instant_iso(a, sc->app->paris, sc->ask.now));
	csv_end(out);
}

void
proof_csv(struct str *out, struct scene *sc, struct arena *a)
{
	const struct avail_proof *p = &sc->proof;
	size_t i;

	csv_start(out);
	for (i = 0; i < N_ELEM(csv_head); i++)
		csv_text(out, csv_head[i]);
	csv_end(out);
	for (i = 0; i < p->n; i++)
		csv_row(out, sc, a, &p->v[i]);
	if (p->hidden.places == 0)
		return;
	csv_text(out, "restreint");
	for (i = 1; i < 5; i++)
		csv_text(out, NULL);
	csv_text(out, fr_count(a, p->hidden.places, "lieu", "lieux"));
	csv_text(out, NULL);
	csv_number(out, a, p->hidden.available);
	csv_number(out, a, p->hidden.installed);
	csv_number(out, a, p->hidden.available);
	csv_number(out, a, p->hidden.high);
	csv_text(out, NULL);
	csv_text(out, NULL);
	csv_text(out, instant_iso(a, sc->app->paris, sc->ask.now));
	csv_end(out);
}

enum status
page_proof(struct request *rq, struct response *rs)
{
	struct question q;
	struct scene sc;
	struct proof pr = { .sc = &sc };
	struct view *v;
	enum status st;

	if ((st = question_read(rq, rs, &q)) != ST_OK)
		return st;
	/* A proof is that of a category: the synthesis has them all. */
	if (q.category < 0) {
		response_redirect(rs, arena_printf(rq->arena,
		    "/disponibilites%s", question_href(rq->arena, &q,
		    &rq->app->snapshot, -1, q.dep)));
		return ST_OK;
	}
	scene_init(rq, &q, &sc);
	scene_count(&sc, rq->arena);
	if (q.csv) {
		proof_csv(rs->body, &sc, rq->arena);
		response_file(rs, "text/csv", arena_printf(rq->arena,
		    "preuve-%s-%s-%s.csv", q.dep < 0 ? q.region->code :
		    rq->app->geo.departements[q.dep].code,
		    sc.copy->categories[q.category].slug, day_iso(rq->arena,
		    zone_day(rq->app->paris, rq->now))));
		return ST_OK;
	}
	if ((st = reporters_get(rq, &pr)) != ST_OK)
		return st;
	facts_collect(&pr, rq->arena);
	v = page_begin(rq, "Preuve", NAV_AVAILABILITY);
	where_show(v, &sc);
	proof_words(v, &sc);
	parts_show(v, &pr);
	return page_end(rq, rs, PAGE_proof, v);
}
