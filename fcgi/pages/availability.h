/* availability.h - what the files of the availability pages share.
 *
 * availability_ask.c reads the question; availability.c answers it;
 * availability_matrix.c and availability_list.c show the two tables,
 * availability_proof.c what a cell is made of, availability_csv.c the files.
 * Layer: fcgi/pages.  May include: fcgi, lib.
 */
#ifndef PAGES_AVAILABILITY_H
#define PAGES_AVAILABILITY_H

#include "domain/call.h"
#include "domain/nearby.h"
#include "page.h"

/* The département of last time, for who asks for none. */
#define AVAIL_COOKIE	"departement"

enum { AVAIL_DEPARTEMENTS_MAX = 32, AVAIL_PAGE_ROWS = 100,
	AVAIL_AROUND_BYTES = 120 };

/* A word of the URL, as a select shows it. */
struct choice {
	const char	*code, *name;
	int		 number;
};

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
	const char		*around;	/* commune as typed, or NULL */
	const char		*around_problem; /* French: why it is not applied */
	struct communes		 communes;	/* to choose from; n = 0: none */
	struct nearby		 near;
	const char		*base;		/* "region=11&age=3" */
};

/* What rendering needs. */
struct scene {
	const struct app	*app;
	const struct snapshot	*copy;
	const struct question	*q;
	struct avail_ask	 ask;
	bool			 show_sensitive;
	bool			 may_call;
	struct avail_sum	*sums;		/* avail_matrix() */
	struct avail_rows	 rows;		/* avail_list() */
	struct avail_proof	 proof;		/* avail_proof(), of the choice */
	struct calls		 calls;		/* call_recent() */
	int64_t			 until_utc;
};

#define AVAIL_KEYS(X) LAYOUT_KEYS(X)					\
	X(region_name) X(region_code) X(href_csv) X(href_list_csv)	\
	X(href_self) X(alert) X(alert_kind)				\
	X(level) X(age) X(at_iso) X(at_title)				\
	X(regions) X(deps) X(ages) X(code) X(name) X(selected)		\
	X(has_dep) X(dep_name) X(order) X(dep_href) X(categories)	\
	X(around) X(has_communes) X(communes) X(distances) X(favourites) X(filters_n)	\
	X(can_admin)							\
	X(natures) X(nature_label) X(columns_n) X(lines) X(line_label)	\
	X(cells) X(line_now)						\
	X(cell_class) X(cell_href) X(cell_tip) X(cell_age) X(cell_n)	\
	X(cell_tense) X(cell_zero) X(cell_cover) X(cell_of) X(cell_unknown) \
	X(cell_high) X(cell_source)					\
	X(has_list) X(list_title) X(list_empty) X(groups) X(group_label) \
	X(rows) X(site) X(site_href) X(commune) X(unit) X(unit_href)	\
	X(place) X(place_key) X(mut) X(others) X(free) X(free_key)	\
	X(free_old) X(free_unknown) X(installed) X(noun) X(people)	\
	X(extra) X(locked) X(inside) X(at_key) X(source) X(comment)	\
	X(phone) X(phone_href) X(distance) X(call_note) X(call_class)	\
	X(can_call) X(token) X(shown) X(query)				\
	X(hidden) X(aged) X(sort_unit) X(sort_free)			\
	X(sort_age) X(sort_distance) X(by_unit) X(by_free) X(by_age)	\
	X(by_distance)							\
	X(has_pages) X(page_prev) X(page_next) X(pages) X(page_label)	\
	X(page_href) X(page_current)					\
	X(proof_href) X(proof_figure) X(proof_formula) X(proof_high)	\
	X(proof_cover) X(proof_cut) X(proof_rest) X(facts) X(fact)	\
	X(parts) X(part_label) X(part_why) X(part_total) X(adds)	\
	X(back_href) X(reporter) X(unfollowed) X(total_low)		\
	X(total_high) X(total_installed)

enum { AVAIL_KEYS(TMPL_KEY_ENUM) K__MAX };

/* Read the question; ST_INPUT and ST_NOTFOUND have their message set.
 * Cost: a statement for a commune, one for favourites, else none. */
enum status question_read(struct request *, struct response *,
	    struct question *ret) MUST_CHECK;
const struct choice *question_ages(size_t *ret_n);
const struct choice *question_distances(size_t *ret_n);
const char *question_order(enum avail_order);

/* "?region=11&categorie=…", of a category and département; -1: none. */
const char *question_href(struct arena *, const struct question *,
	    const struct snapshot *, int32_t category, int32_t dep);

/* Who counts what, and which places the question leaves. */
void	 scene_init(struct request *, const struct question *,
	    struct scene *ret);

/* The sums of the matrix. */
void	 scene_count(struct scene *, struct arena *);

/* The sum of the cell that was chosen; the total without a département. */
const struct avail_sum *scene_cell(const struct scene *);

/* The lines of the région, as indexes of categories. */
size_t	 scene_lines(const struct scene *, int32_t *ret);

/* Fill the keys of the matrix, of the detail by structure, of the proof. */
void	 matrix_show(struct view *, struct scene *);
void	 list_show(struct view *, struct scene *);
void	 proof_words(struct view *, struct scene *);

void	 matrix_csv(struct str *, struct scene *, struct arena *);
void	 list_csv(struct str *, struct scene *, struct arena *);
void	 proof_csv(struct str *, struct scene *, struct arena *);

/* The keys of partials/freshness.html. */
void	 age_show(struct view *, const struct zone *, const char *of_zone,
	    int64_t at_utc, int64_t now);
void	 place_age_show(struct view *, const struct scene *,
	    const struct place *, int64_t at_utc);

/* « 12 km », « 0,8 km »; NULL when it is not known. */
/* Where a place that is not added is counted. */
const char *inside_words(struct arena *, const struct snapshot *,
    const struct place *);
const char *distance_text(struct arena *, const struct scene *,
	    int32_t place);

const struct departement *scene_departement(const struct scene *, size_t i);

#endif
