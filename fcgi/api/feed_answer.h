/* feed_answer.h - a request of a feed, from its address to its answer.
 *
 * Shared by one PATCH and by each entry of a batch.
 * Layer: fcgi/api.  May include: lib, fcgi.
 */
#ifndef FCGI_API_FEED_ANSWER_H
#define FCGI_API_FEED_ANSWER_H

#include "api/patch.h"

struct feed_answer {
	int			 http;
	struct outcome_issue	 issue[PATCH_ISSUES_MAX];
	size_t			 n_issues;
	bool			 done;		/* then the two below */
	int64_t			 version;
	int64_t			 touched_utc;
};

/* {EG}/{code} or {code}, with or without « system| » before: where it is.
 * False with an issue when it can't be one. */
bool	 feed_identifier(struct arena *, const char *text, struct patch *,
	    struct feed_request *ret);

/* An If-Match of ours (W/"3", "3", W/"3.5e1f2a07", *), anything else matches nothing. */
int64_t	 feed_if_match(const char *);

/* W/"3": weak, as FHIR wants it, and because a confirmation changes what is
 * known of a place but not its version. */
const char *feed_etag(struct arena *, int64_t version);

/* What cap.feed_save() said, in the words of the interface. */
void	 feed_answer(struct arena *, const struct feed_request *,
	    const struct feed_result *, struct feed_answer *ret);

#endif
