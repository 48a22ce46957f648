/* entry_page.h - the keys of entry.html, for the files that fill them.
 *
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_PAGES_ENTRY_PAGE_H
#define FCGI_PAGES_ENTRY_PAGE_H

#include "domain/closure.h"
#include "domain/sentinel.h"
#include "entry.h"

#define ENTRY_KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(board_label)	\
	X(refreshed) X(self) X(path) X(csv) X(retour) X(favoris)		\
	X(tabs) X(tab_href) X(tab_label) X(tab_current)			\
	X(sites) X(site_code) X(site_label) X(site_chosen) X(all_sites)	\
	X(heads) X(head) X(full) X(mode_name) X(mode_label) X(said)		\
	X(head_groups) X(head_group) X(span) X(n_columns) X(ttl)		\
	X(groups) X(group_name) X(group_count) X(group_site)			\
	X(rows) X(row) X(place) X(name)					\
	X(sheet) X(room) X(shared) X(shared_sheet) X(path_label) X(phone)	\
	X(locked) X(lock_text) X(row_class) X(favourite) X(fields)		\
	X(field_groups) X(field_group) X(field_fold)				\
	X(field) X(label) X(value) X(recorded) X(bad) X(focus)			\
	X(at_iso) X(at_title) X(age) X(level) X(by) X(by_feed)			\
	X(comment) X(comment_recorded) X(comment_bad) X(comment_focus)		\
	X(place_version) X(read_mark) X(all_key) X(note) X(note_conflict)	\
	X(note_by) X(note_sent) X(note_recorded)				\
	X(assignment) X(assignment_until) X(assignment_id)					\
	X(proposal) X(proposal_nr) X(proposal_r) X(unit)			\
	X(watch) X(calls) X(to_manual) X(to_feed)					\
	X(has_rows) X(none_here) X(none_found) X(weekly)			\
	X(total) X(has_pages) X(page_prev) X(page_next) X(pages)		\
	X(page_label) X(page_href) X(page_current)				\
	X(undo_key) X(undo_text) X(undo_at)					\
	X(choices) X(choice) X(choice_label) X(choice_on)			\
	X(elsewhere) X(elsewhere_region) X(elsewhere_text)			\
	X(helps) X(help_text) X(links) X(link_href) X(link_label)

enum { ENTRY_KEYS(TMPL_KEY_ENUM) K__MAX };

enum { SAVED_SHOWN_S = 120 };

/* What the rows of one rendering need. */
struct sheet {
	struct request			*rq;
	const struct entry_address	*at;
	const struct entry_kind	*kind;
	const struct board		*board;
	struct entry_columns		 columns;
	const struct entry_row		*rows;	/* those that were sent */
	size_t				 n_rows;
	const char			*saved;	/* ?enregistre= or NULL */
	const struct entry_row		*first_bad;
	struct closure_proposals	 proposals;
	const struct place_watch	*watch;	/* one a place of the board */
	const char			*propose;	/* ?proposer= or NULL */
};

/* One row: a place, or an assignment of it. */
struct entry_line {
	const struct sheet		*sh;
	const struct board_place	*p;
	const struct board_assignment	*as;	/* NULL: the place itself */
	const struct place_state	*state;
	const struct entry_row		*sent;	/* NULL: not sent */
	const struct closure_proposal	*proposal; /* planned, not entered */
	const struct place_watch	*watch;	/* of the place itself */
	const char			*name;	/* l78, l78a12 */
};

/* The fields of a row, in groups in the full mode. */
void		 entry_show_fields(struct view *, const struct entry_line *);

/* Whether that field of the row was refused; whether the address asks for
 * the row's planned closure in its fields; a figure as it is recorded. */
bool		 entry_is_bad(const struct entry_line *, const char *field);
bool		 entry_is_proposed(const struct entry_line *);
const char	*entry_recorded_text(const struct entry_line *,
		    struct arena *, enum capacity_field);

/* The list of sites, each with its rows. */
void		 entry_show_groups(struct view *, const struct sheet *);

/* Heads of the columns, and of their groups in the full mode. */
void		 entry_show_heads(struct view *, const struct sheet *);

/* A figure as a field has it: "" when there is none. */
const char	*entry_value_text(struct arena *, int);

#endif
