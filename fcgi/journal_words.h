/* journal_words.h - what the audit's events and details are called in French.
 *
 * Every event that a statement or a handler writes has its line in one table
 * (tests/integration/t65-audit.t compares them); what nobody named is shown as
 * it is.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_JOURNAL_WORDS_H
#define FCGI_JOURNAL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum event_group {
	EVENT_SIGN_IN, EVENT_PASSWORD, EVENT_ACCOUNT, EVENT_FEED,
	EVENT_SETTING, EVENT_DATA, EVENT__MAX
};

struct event_word {
	const char		*code;		/* audit.event.event */
	enum event_group	 group;
	bool			 refused;	/* somebody was told no */
	const char		*label;		/* French */
};

struct word {
	const char	*code, *label;
};

const char	*event_group_label(enum event_group);

/* By group, in the order that pages list them. */
const struct event_word *event_words(size_t *ret_n);

/* NULL: nobody named it. */
const struct event_word *event_word(const char *code);

/* Reasons of refusals and acts. */
const struct word *reason_words(size_t *ret_n);

/* What a key of a detail is called, itself when nobody named it. */
const char	*detail_label(const char *key);

/* Its value in words where there are some; else the value. */
const char	*detail_value(struct arena *, const char *key,
		    const char *value);

#endif
