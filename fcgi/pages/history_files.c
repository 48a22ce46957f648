/* history_files.c - the past of a place as a drawing and as a file. */
#include <string.h>

#include "base/csv.h"
#include "base/french.h"
#include "blocks.h"
#include "chart/chart.h"
#include "handlers.h"
#include "pages/history.h"
#include "pages/local_time.h"

static const char *const heads[] = { "lieu", "etablissement", "vrai_a_partir_de",
	"connu_le", "indicateur", "libelle", "affectation", "valeur",
	"remplace", "valeur_remplacee", "source", "auteur", "mode", "nature",
	"motif", "commentaire", "entree" };

static const char *
number(struct arena *a, int n)
{
	return n == CAP_NULL ? NULL : arena_printf(a, "%d", n);
}

static void
csv_row(struct str *out, struct arena *a, const struct history_place *p,
    const struct history_value *x)
{
	csv_text(out, arena_printf(a, "l%lld", (long long)p->id));
	csv_text(out, p->site_finess);
	csv_text(out, instant_iso(a, p->zone, x->effective_utc));
	csv_text(out, instant_iso(a, p->zone, x->recorded_utc));
	csv_text(out, x->indicator == HISTORY_TOTAL ? "DISPO" : x->code);
	csv_text(out, x->label);
	csv_text(out, x->assigned);
	csv_num(out, number(a, x->value));
	csv_text(out, x->replaced ? "oui" : "non");
	csv_num(out, number(a, x->before));
	csv_text(out, x->source);
	csv_text(out, x->who);
	csv_text(out, x->mode);
	csv_text(out, history_kind(x));
	csv_text(out, x->reason);
	csv_text(out, x->comment);
	csv_num(out, arena_printf(a, "%lld", (long long)x->entry_id));
	csv_end(out);
}

enum status
history_csv(struct request *rq, struct response *rs,
    const struct history_place *p, const struct history_show *q)
{
	struct history_ask ask = q->ask;
	struct history all = { .n = 0 };
	enum status st;
	size_t i;

	ask.n_entries = ask.n_rows = HISTORY_CSV_MAX + 1;
	if ((st = history_read(rq->db, &ask, &all)) != ST_OK)
		return st;
	response_file(rs, "text/csv", arena_printf(rq->arena,
	    "historique-l%lld.csv", (long long)p->id));
	csv_start(rs->body);
	for (i = 0; i < N_ELEM(heads); i++)
		csv_text(rs->body, heads[i]);
	csv_end(rs->body);
	for (i = 0; i < all.n && i < HISTORY_CSV_MAX; i++)
		csv_row(rs->body, rq->arena, p, &all.v[i]);
	if (all.n > HISTORY_CSV_MAX) {
		csv_text(rs->body, arena_printf(rq->arena, "Fichier limité à %d "
		    "lignes, les plus récentes : choisissez des dates pour "
		    "lire la suite.", HISTORY_CSV_MAX));
		csv_end(rs->body);
	}
	return ST_OK;
}

/* Days since the first one's start; a civil day is one, however long. */
static double
days_at(const struct zone *z, int32_t first_day, int64_t at_utc)
{
	int32_t day = zone_day(z, at_utc);
	int64_t start = zone_day_start(z, day);

	return day - first_day + (double)(at_utc - start) /
	    (double)(zone_day_start(z, day + 1) - start);
}

static void
describe(struct request *rq, const struct history_place *p,
    const struct history_show *q, const struct history_line *line,
    struct chart *ret)
{
	struct arena *a = rq->arena;
	struct chart_step *steps = ARENA_ARRAY(a, line->n, struct chart_step);
	const char *what = q->chart_indicator == HISTORY_TOTAL ?
	    "Disponibles, total" : capacity_fields[capacity_field_of(
	    q->chart_indicator)].bed;
	const char *days = arena_printf(a, "du %s au %s, %s",
	    fr_date(a, q->first_day), fr_date(a, q->first_day + q->days - 1),
	    local_zone_label(p->zone));
	size_t i;

	for (i = 0; i < line->n; i++)
		steps[i] = (struct chart_step){
		    days_at(p->zone, q->first_day, line->v[i].from_utc),
		    days_at(p->zone, q->first_day, line->v[i].to_utc),
		    line->v[i].value };
	*ret = (struct chart){ .kind = CHART_STEPS,
	    .theme = q->dark ? CHART_DARK : CHART_LIGHT,
	    .width_px = q->narrow ? CHART_NARROW_PX : CHART_WIDE_PX,
	    .title = arena_printf(a, "%s – %s", what, p->name),
	    .subtitle = days,
	    .alt = arena_printf(a, "%s, %s, %s. Les valeurs sont dans le "
		"tableau de la page.", what, p->name, days),
	    .first_day = q->first_day, .n_days = (size_t)q->days,
	    .steps = steps, .n_steps = line->n };
}

enum status
page_history_svg(struct request *rq, struct response *rs)
{
	struct history_place p = { 0 };
	struct history_show q = { .days = 0 };
	struct history_line line = { .n = 0 };
	struct chart c;
	enum status st;

	if ((st = history_place_read(rq, rs, &p)) != ST_OK ||
	    (st = history_show_read(rq, rs, &p, &q)) != ST_OK ||
	    (st = history_line_read(rq->db, rq->session.account_id, p.id,
	    q.chart_indicator, zone_day_start(p.zone, q.first_day), rq->now,
	    &line)) != ST_OK)
		return st;
	describe(rq, &p, &q, &line, &c);
	rs->type = chart_mime(CHART_SVG);
	if ((st = chart_render(&c, CHART_SVG, rs->body, &rq->fault)) != ST_OK)
		return st;
	rs->etag = arena_printf(rq->arena, "\"%llx\"", (unsigned long long)
	    hash_text(HASH_START, rs->body->data, rs->body->len));
	return ST_OK;
}
