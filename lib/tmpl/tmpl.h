/* tmpl.h - Mustache pages: parsed at start, rendered into a buffer.
 *
 * Tags: {{key}} (always escaped), {{#key}}…{{/key}} (a list's rows, or once
 * when true), {{^key}}…{{/key}} (when false or empty), {{> partial}},
 * {{! comment}}.  There is no raw tag;
 * only a template called NAME.txt, which is no page but the text of a mail,
 * has its values as they are.  A tag alone on its line takes the
 * line with it.
 *
 * Each page declares its keys; a template that uses another one does not
 * parse, so a typing mistake stops the program at start and not a reader at
 * night.  Values set inside a list's row end with the row (dynamic scope).
 * Layer: tmpl.  May include: base.
 */
#ifndef TMPL_TMPL_H
#define TMPL_TMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

enum { TMPL_KEYS_MAX = 160, TMPL_DEPTH_MAX = 24 };

struct tmpl;			/* one parsed page */
struct view;

/* Called before row i of a list is rendered: sets the row's keys. */
typedef void tmpl_row(struct view *, size_t i, const void *data);

/* Read dir/name and its partials (dir/partials/X.html).
 * keys: names in the order of the page's enum; they and the template live in
 * the arena.
 * ST_IO: a file is missing; ST_INPUT: syntax or unknown key; fault has the
 * file, line and key. */
enum status tmpl_load(struct arena *, const char *dir, const char *name,
	    const char *const *keys, size_t n_keys, struct fault *,
	    const struct tmpl **ret) MUST_CHECK;

/* The values of one rendering.  Texts are not copied. */
struct view	*view_new(struct arena *);
struct arena	*view_arena(struct view *);

/* NULL and "" are false.  Key is the index in the page's enum. */
void	 view_text(struct view *, int key, const char *);
void	 view_int(struct view *, int key, int64_t);	/* digits; always true */
void	 view_flag(struct view *, int key, bool);
/* n = 0 is false; data lives until the rendering's end. */
void	 view_list(struct view *, int key, size_t n, tmpl_row *row,
	    const void *data);
bool	 view_has(const struct view *, int key);

/* Append the page to out; a key never set is false and empty. */
void	 tmpl_render(const struct tmpl *, struct view *, struct str *out);

/* Declare a page's keys: an enum K_name…, and the names in the same order.
 *	#define KEYS(X) LAYOUT_KEYS(X) X(rows) X(beds)
 *	TMPL_KEYS(sheet_keys, KEYS) */
#define TMPL_KEY_ENUM(k)	K_##k,
#define TMPL_KEY_NAME(k)	#k,
#define TMPL_KEYS(names, LIST)						\
	enum { LIST(TMPL_KEY_ENUM) K__MAX };				\
	static const char *const names[] = { LIST(TMPL_KEY_NAME) }

#endif
