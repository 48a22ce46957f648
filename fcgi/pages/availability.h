/* availability.h - what the files of the availability page share.
 *
 * availability.c reads the question and answers; availability_matrix.c and
 * availability_list.c show the two tables; availability_csv.c the files.
 * Layer: fcgi/pages.  May include: fcgi, lib.
 */
#ifndef PAGES_AVAILABILITY_H
#define PAGES_AVAILABILITY_H

#include "domain/availability.h"
#include "page.h"

enum { AVAIL_DEPARTEMENTS_MAX = 32, AVAIL_PAGE_ROWS = 100 };

/* The question, every part of it in the URL. */
struct question {
	const struct region	*region;
	int32_t			 deps[AVAIL_DEPARTEMENTS_MAX];
	size_t			 n_deps;	/* of the région */
	int32_t			 dep;		/* index, -1: all */
	int32_t			 category;	/* index, -1: none chosen */
	int			 age_h;		/* 0: no filter */
	enum avail_order	 order;
	int64_t			 page;		/* from 1 */
	bool			 csv;
	bool			 elsewhere;	/* the département was not here */
};

/* What rendering needs. */
struct scene {
	const struct app	*app;
	const struct snapshot	*copy;
	const struct question	*q;
	struct avail_ask	 ask;
	bool			 show_sensitive;
	struct avail_sum	*sums;		/* avail_matrix() */
	struct avail_rows	 rows;		/* avail_list() */
	int64_t			 until_utc;
	const char		*base;		/* "region=11&age=3" */
};

#define AVAIL_KEYS(X) LAYOUT_KEYS(X)					\
	X(region_name) X(region_code) X(href_csv) X(href_list_csv)	\
	X(href_self) X(alert) X(alert_kind)				\
	X(level) X(age) X(at_iso) X(at_title)				\
	X(regions) X(deps) X(ages) X(code) X(name) X(selected)		\
	X(has_dep) X(category_slug) X(order) X(dep_href)		\
	X(natures) X(nature_label) X(columns_n) X(lines) X(line_label)	\
	X(line_now) X(line_href) X(cells)				\
	X(cell_class) X(cell_href) X(cell_tip) X(cell_age) X(cell_n)	\
	X(cell_tense) X(cell_zero) X(cell_cover) X(cell_of) X(cell_unknown) \
	X(has_list) X(list_title) X(list_empty) X(groups) X(group_label) \
	X(rows) X(site) X(site_href) X(commune) X(unit) X(unit_href)	\
	X(place) X(mut) X(others) X(free) X(free_key) X(free_old)	\
	X(free_unknown) X(installed) X(noun) X(people) X(extra)		\
	X(locked) X(inside) X(at_key) X(source) X(comment) X(phone)	\
	X(phone_href) X(hidden) X(aged) X(sort_unit) X(sort_free)	\
	X(sort_age) X(by_unit) X(by_free) X(by_age)			\
	X(has_pages) X(page_prev) X(page_next) X(pages) X(page_label)	\
	X(page_href) X(page_current)

enum { AVAIL_KEYS(TMPL_KEY_ENUM) K__MAX };

/* Fill the keys of the matrix, and of the detail by structure. */
void	 matrix_show(struct view *, struct scene *);
void	 list_show(struct view *, struct scene *);

void	 matrix_csv(struct str *, struct scene *, struct arena *);
void	 list_csv(struct str *, struct scene *, struct arena *);

/* The keys of partials/freshness.html. */
void	 age_show(struct view *, const struct zone *, const char *of_zone,
	    int64_t at_utc, int64_t now);

const struct departement *scene_departement(const struct scene *, size_t i);

#endif
