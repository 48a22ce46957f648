/* page.h - HTML pages: the frame around what a handler shows.
 *
 * A page file declares its keys and template once:
 *	#define KEYS(X) LAYOUT_KEYS(X) X(rows) X(beds)
 *	PAGE_SPEC(sheet, "sheet.html", KEYS);
 * (and has a line in pages.def), then in its handler:
 *	struct view *v = page_begin(rq, "Fiche", NAV_DIRECTORY);
 *	view_text(v, K_beds, …);
 *	return page_end(rq, rs, PAGE_sheet, v);
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_PAGE_H
#define FCGI_PAGE_H

#include "request.h"
#include "response.h"
#include "tmpl/tmpl.h"

/* Keys of the partials head and foot; every page starts its list with them. */
#define LAYOUT_KEYS(X)							\
	X(title) X(description) X(lang_now) X(theme) X(demo)		\
	X(user_name) X(user_role) X(csrf) X(signed_in)			\
	X(nav_shown)							\
	X(nav_home) X(nav_availability) X(nav_entry) X(nav_directory)	\
	X(nav_reports) X(nav_tools) X(can_entry) X(can_reports)		\
	X(can_tools) X(path_back)					\
	X(version) X(support_phone) X(support_phone_href)		\
	X(support_hours) X(support_mail) X(search_q) X(psc) X(idle_s)

#define PAGE_SPEC(name, file_, LIST)					\
	TMPL_KEYS(name##_keys, LIST);					\
	const struct page_spec page_spec_##name = {			\
	    .file = file_, .keys = name##_keys,				\
	    .n_keys = sizeof(name##_keys) / sizeof(name##_keys[0]) }

#define PAGE(name) extern const struct page_spec page_spec_##name;
#include "pages.def"
#undef PAGE

enum nav { NAV_NONE, NAV_HOME, NAV_AVAILABILITY, NAV_ENTRY, NAV_DIRECTORY,
	NAV_REPORTS, NAV_TOOLS };

/* A view with the frame's keys filled.  title: French, without « – ROR ». */
struct view *page_begin(struct request *, const char *title, enum nav);

/* Render into the response; ST_LIMIT when the page grew out of bounds. */
enum status page_end(struct request *, struct response *, enum page_id,
	    struct view *) MUST_CHECK;

/* The same for a body rendered before, from a template without the frame and
 * without anything of the account: pages that many ask for at once.  Where its
 * forms have app->token_mark, the account's form token is sent. */
enum status page_end_block(struct request *, struct response *,
	    struct view *, const struct str *block) MUST_CHECK;

#endif
