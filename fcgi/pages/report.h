/* report.h - what the files of the report pages share.
 *
 * report_ask.c reads the question; report.c and report_department.c show the
 * two pages; report_words.c says figures in French; report_csv.c,
 * report_files.c and report_bulletin.c make the files.
 * An answer depends on the question and on the cut alone, never on the clock.
 * Layer: fcgi/pages.  May include: fcgi, lib.
 */
#ifndef PAGES_REPORT_H
#define PAGES_REPORT_H

#include "chart/department.h"
#include "domain/report.h"
#include "page.h"

enum { REPORT_DAYS_DEFAULT = 30, REPORT_ASK_DAYS_MAX = 400,
	REPORT_FINAL_DAYS = 14, REPORT_DEPARTEMENTS_MAX = 32 };

#define NNBSP	"\xe2\x80\xaf"		/* before ; : ! ? % */

/* The question, every part of it in the URL. */
struct report_ask {
	const struct region		*region;	/* one of the two */
	const struct departement	*departement;
	struct report_scope		 scope;
	const struct snapshot_category	*category;	/* NULL: all */
	const char			*many;		/* "lits" */
	enum department_chart		 indicator;
	int32_t				 first_day, last_day;
	bool				 has_cut;	/* else no figures */
	struct report_cut		 cut;
	int				 width_px;	/* of a drawing */
	bool				 csv, dark;
	const char			*known;		/* connu=, or NULL */
	const char			*query;		/* canonical, no dates */
	const char			*days;		/* "du=…&au=…" */
};

/* Read all of it; one_day: the question has only au=.  The territory is the
 * caller's.  On failure the response has a message. */
enum status	 report_ask_read(struct request *, struct response *,
		    bool one_day, struct report_ask *ret) MUST_CHECK;

/* The région in the URL, or the first that the account may report on; when
 * it has départements only, ret_departement is the first of these. */
enum status	 report_region(struct request *, struct response *,
		    const struct region **ret_region,
		    const char **ret_departement) MUST_CHECK;

/* ETag of the question and the cut; true when the reader has it already. */
bool		 report_unchanged(struct request *, struct response *,
		    const struct report_ask *);

/* Days from texts as forms send them, NULL or "" for absent: newest is the
 * last day with figures.  NULL, or in French why not. */
const char	*report_period(const char *du, const char *au, int32_t newest,
		    int32_t n_default, int32_t *ret_first, int32_t *ret_last);

/* A day's figures may still move until its fourteenth day after. */
bool		 report_provisional(int32_t day, int32_t cut_day);

/* --- figures in French (report_words.c) ---------------------------------- */

enum { REPORT_COLUMNS_MAX = 4 };

/* How each of the four charts is told in words and in a table. */
struct report_spec {
	const char	*name;		/* in a list of choices */
	const char	*title;
	const char	*said;		/* of beds: "fermés en moyenne …" */
	const char	*said_f;	/* of places and rooms */
	const char	*help;
	bool		 rate;
	double		(*value)(const struct report_sums *);
	size_t		 n_columns;
	struct {
		const char	*head;
		bool		 rate;
		double		(*low)(const struct report_sums *);
		double		(*high)(const struct report_sums *);
	} columns[REPORT_COLUMNS_MAX];	/* high NULL: one figure */
};

extern const struct report_spec report_specs[DEPARTMENT__MAX];

double		 report_closed_nr(const struct report_sums *);
double		 report_closed_r(const struct report_sums *);
double		 report_fresh_rate(const struct report_sums *);

/* "166,0", "93,1 %", or "–" for NAN. */
const char	*report_figure(struct arena *, double, bool rate, int digits);
/* "166,0 à 210,0"; one figure when both read the same. */
const char	*report_range(struct arena *, double low, double high,
		    bool rate, int digits);
/* "42 / 45" */
const char	*report_places(struct arena *, const struct report_sums *);

/* A chart in one or two sentences, for who does not see it. */
const char	*report_summary(struct arena *, enum department_chart,
		    const char *many, const struct report_days *);

/* --- fetching --------------------------------------------------------------- */

/* Every département of the région, with zeros where there are no figures, and
 * their total. */
struct report_region_day {
	struct report_department	 item[REPORT_DEPARTEMENTS_MAX];
	size_t				 n;
	struct report_sums		 total;
};

enum status	 report_region_get(struct request *,
		    const struct report_ask *, struct report_region_day *ret)
		    MUST_CHECK;

/* Points for the drawings; ST_LIMIT, ST_DB. */
enum status	 report_department_get(struct request *,
		    const struct report_ask *, struct report_days *ret)
		    MUST_CHECK;
struct department_data report_drawing(struct request *,
		    const struct report_ask *, const struct report_days *);

/* The last day that places were expected on; NULL: none. */
const struct report_day *report_last_known(const struct report_days *);

/* What is counted: "tous les lits suivis", "Réanimation adulte". */
const char	*report_scope_label(struct arena *, const struct report_ask *);

/* --- files ------------------------------------------------------------------ */

/* The question of a département's file; unchanged: the reader has it. */
enum status	 report_file_read(struct request *, struct response *,
		    struct report_ask *ret, bool *ret_unchanged) MUST_CHECK;

void		 report_csv_head(struct str *);
void		 report_csv_row(struct str *, struct request *,
		    const struct report_ask *, const char *code,
		    const char *name, int32_t day, const struct report_sums *);

/* --- pages ------------------------------------------------------------------ */

#define REPORT_KEYS(X) LAYOUT_KEYS(X)					\
	X(region_name) X(region_code) X(dep_name) X(dep_code)		\
	X(href_region) X(href_csv) X(href_pdf) X(action)		\
	X(has_figures) X(empty) X(known_line) X(provisional_line)	\
	X(scope_label) X(day_long) X(many) X(period)			\
	X(regions) X(natures) X(categories) X(indicators)		\
	X(code) X(name) X(selected) X(du) X(au) X(known) X(newest)	\
	X(occ) X(occ_range) X(free) X(free_range) X(installed)		\
	X(closed) X(closed_r) X(closed_rate) X(covered) X(places)	\
	X(map_src) X(map_dark) X(map_narrow) X(map_dark_narrow) X(map_alt) \
	X(rank_src) X(rank_dark) X(rank_narrow) X(rank_dark_narrow)	\
	X(rank_alt) X(indicator_title) X(auto)				\
	X(deps) X(dep_href) X(total)					\
	X(charts) X(word) X(chart_title) X(help) X(summary) X(alt)	\
	X(src) X(src_dark) X(src_narrow) X(src_dark_narrow) X(src_png)	\
	X(heads) X(head) X(rows) X(day) X(day_at) X(provisional)	\
	X(cells) X(cell)

enum { REPORT_KEYS(TMPL_KEY_ENUM) K__MAX };

/* Filters, dates, « connu le »: what both pages begin with. */
void		 report_show_frame(struct view *, struct request *,
		    const struct report_ask *);
/* Key figures. */
void		 report_show_figures(struct view *,
		    const struct report_sums *);
/* Whether the reader chose the dark theme: a page's q->dark. */
bool		 report_dark(const struct request *);
/* The addresses of a drawing at four keys that follow each other: light and
 * dark (both dark if q->dark), then the same narrow. */
void		 report_show_image(struct view *, const struct report_ask *,
		    const char *path, const char *indicator, int first_key);

#endif
