/* report_bulletin.c - /rapports/departement/{code}.pdf: A4, to print or send.
 *
 * The same figures as the page, and what they mean, on paper.
 */
#include "chart/bulletin.h"

#include "base/french.h"
#include "handlers.h"
#include "pages/report.h"

enum { SHEET_BLOCKS = 24 };

static const struct table_column brief_columns[] = {
	{ "Indicateur", 3, false }, { "Valeur", 1, true },
	{ "Bornes ou détail", 2, true },
};

static const struct table_column day_columns[] = {
	{ "Jour", 1.3, false }, { "Capacité", 1, true },
	{ "Disponibles", 1.5, true }, { "Occupation, au plus", 1.2, true },
	{ "Fermetures", 1.1, true }, { "Couverture", 1.1, true },
	{ "Lieux", 1, true },
};

/* A document being put together. */
struct sheet {
	struct arena	*arena;
	struct block	 blocks[SHEET_BLOCKS];
	size_t		 n;
};

static void
put_text(struct sheet *s, enum block_kind kind, const char *text)
{
	s->blocks[s->n++] = (struct block){ .kind = kind, .text = text };
}

static void
put_table(struct sheet *s, const struct table_column *columns,
    size_t n_columns, const struct table_row *rows, size_t n_rows)
{
	struct table *t = ARENA_NEW(s->arena, struct table);

	*t = (struct table){ .columns = columns, .n_columns = n_columns,
	    .rows = rows, .n_rows = n_rows };
	s->blocks[s->n++] = (struct block){ .kind = BLOCK_TABLE, .table = t };
}

static struct table_row
row_of(struct arena *a, const char *const *cells, size_t n)
{
	const char **copy = ARENA_ARRAY(a, n, const char *);
	size_t i;

	for (i = 0; i < n; i++)
		copy[i] = cells[i];
	return (struct table_row){ .cells = copy };
}

static void
put_brief(struct sheet *s, const struct report_sums *sums)
{
	struct arena *a = s->arena;
	struct table_row *rows = ARENA_ARRAY(a, 4, struct table_row);
	const char *const cells[4][N_ELEM(brief_columns)] = {
		{ "Disponibles, au moins", report_figure(a,
		    report_available(sums), false, 0), report_range(a,
		    report_available(sums), report_available_high(sums),
		    false, 0) },
		{ "Occupation, au plus", report_figure(a,
		    report_occupancy_bound(sums), true, 1), report_range(a,
		    report_occupancy_low(sums), report_occupancy_high(sums),
		    true, 1) },
		{ "Fermetures", report_figure(a, report_closed(sums), false,
		    0), arena_printf(a, "%s de la capacité", report_figure(a,
		    report_closure_rate(sums), true, 1)) },
		{ "Couverture de la saisie", report_figure(a,
		    report_coverage(sums), true, 1), arena_printf(a,
		    "%s lieux renseignés", report_places(a, sums)) },
	};
	size_t i;

	for (i = 0; i < N_ELEM(cells); i++)
		rows[i] = row_of(a, cells[i], N_ELEM(brief_columns));
	put_table(s, brief_columns, N_ELEM(brief_columns), rows,
	    N_ELEM(cells));
}

static void
put_days(struct sheet *s, const struct report_days *days, int32_t cut_day)
{
	struct arena *a = s->arena;
	struct table_row *rows = ARENA_ARRAY(a, days->n, struct table_row);
	size_t i;

	for (i = 0; i < days->n; i++) {
		const struct report_sums *d = &days->day[i].sums;
		const char *const cells[N_ELEM(day_columns)] = {
			arena_printf(a, "%s%s", fr_date(a, days->day[i].day),
			    report_provisional(days->day[i].day, cut_day) ?
			    " (p)" : ""),
			report_figure(a, report_installed(d), false, 0),
			report_range(a, report_available(d),
			    report_available_high(d), false, 1),
			report_figure(a, report_occupancy_bound(d), true, 1),
			report_figure(a, report_closed(d), false, 1),
			report_figure(a, report_coverage(d), true, 1),
			report_places(a, d),
		};

		rows[i] = row_of(a, cells, N_ELEM(day_columns));
	}
	put_table(s, day_columns, N_ELEM(day_columns), rows, days->n);
}

static void
put_charts(struct sheet *s, struct request *rq, const struct report_ask *q,
    const struct report_days *days)
{
	struct department_data *data = ARENA_NEW(s->arena,
	    struct department_data);
	struct chart *charts = ARENA_ARRAY(s->arena, DEPARTMENT__MAX,
	    struct chart);
	int i;

	*data = report_drawing(rq, q, days);
	for (i = 0; i < DEPARTMENT__MAX; i++) {
		enum department_chart which = (enum department_chart)i;

		department_chart(s->arena, data, which, &charts[i]);
		s->blocks[s->n++] = (struct block){ .kind = BLOCK_CHART,
		    .chart = &charts[i] };
		put_text(s, BLOCK_TEXT, report_summary(s->arena, which,
		    q->many, days));
	}
}

static void
compose(struct sheet *s, struct request *rq, const struct report_ask *q,
    const struct report_days *days)
{
	const struct report_day *last = report_last_known(days);
	int i;

	if (last == NULL) {
		put_text(s, BLOCK_TEXT, "Aucun lieu de ce département n’était "
		    "attendu sur cette période pour ce choix.");
		return;
	}
	put_text(s, BLOCK_HEADING, fr_date_long(s->arena, last->day));
	put_brief(s, &last->sums);
	put_text(s, BLOCK_HEADING, "Jour par jour, en graphiques");
	put_charts(s, rq, q, days);
	put_text(s, BLOCK_HEADING, "Jour par jour, en chiffres");
	put_days(s, days, zone_day(rq->app->paris, q->cut.at_utc));
	put_text(s, BLOCK_TEXT, "(p)" NNBSP ": provisoire, peut changer "
	    "jusqu’au quatorzième jour. Lieux" NNBSP ": renseignés / attendus. "
	    "Un tiret" NNBSP ": inconnu, jamais zéro.");
	put_text(s, BLOCK_HEADING, "Ce que disent les chiffres");
	for (i = 0; i < DEPARTMENT__MAX; i++)
		put_text(s, BLOCK_TEXT, arena_printf(s->arena, "%s. %s",
		    report_specs[i].title, report_specs[i].help));
}

static enum status
render(struct request *rq, struct response *rs, const struct report_ask *q,
    const struct sheet *s)
{
	struct arena *a = rq->arena;
	const struct bulletin doc = {
		.title = arena_printf(a, "Bulletin – %s (%s)",
		    q->departement->name, q->departement->code),
		.subtitle = arena_printf(a, "Du %s au %s, %s", fr_date(a,
		    q->first_day), fr_date(a, q->last_day),
		    report_scope_label(a, q)),
		.author = "Répertoire de l’offre et des ressources",
		.subject = "Disponibilité, occupation, fermetures et "
		    "couverture de la saisie",
		.cut = arena_printf(a, "Données connues au %s (heure de "
		    "Paris)", fr_instant(a, rq->app->paris, q->cut.at_utc)),
		.created_utc = q->cut.at_utc,
		.blocks = s->blocks, .n_blocks = s->n };
	int pages;

	response_file(rs, "application/pdf", arena_printf(a,
	    "bulletin-%s-%s-%s.pdf", q->departement->code, day_iso(a,
	    q->first_day), day_iso(a, q->last_day)));
	return bulletin_render(&doc, rs->body, &pages, &rq->fault);
}

enum status
page_report_pdf(struct request *rq, struct response *rs)
{
	struct sheet *s = ARENA_NEW(rq->arena, struct sheet);
	struct report_days days;
	struct report_ask q;
	bool unchanged;
	enum status st;

	if ((st = report_file_read(rq, rs, &q, &unchanged)) != ST_OK ||
	    unchanged)
		return st;
	if ((st = report_department_get(rq, &q, &days)) != ST_OK)
		return st;
	s->arena = rq->arena;
	compose(s, rq, &q, &days);
	return render(rq, rs, &q, s);
}
