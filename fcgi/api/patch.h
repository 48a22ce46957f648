/* patch.h - the body of a PATCH: FHIR Parameters to what a feed says.
 *
 * Two shapes are read.  The published examples': a part « value » that holds
 * « extension » directly, without resourceType.  The strict FHIRPath Patch: an
 * extension as parts (url, value), or one value under a path that goes down to
 * it (nbCapacity, capacityUpdateDate).
 * Source: the published examples of the ROR; FHIR R4, FHIRPath Patch.
 * Layer: fcgi/api.  May include: lib, fcgi, jansson.
 */
#ifndef FCGI_API_PATCH_H
#define FCGI_API_PATCH_H

#include <jansson.h>

#include "domain/feed.h"
#include "outcome.h"

enum { PATCH_ISSUES_MAX = 4, JSON_DEPTH_MAX = 64 };

#define CAPACITY_EXPRESSION \
	"Location.extension('" CAPACITY_URL "')"

struct patch {
	struct feed_change	 v[FEED_OPS_MAX];
	size_t			 n;
	int			 http;		/* 0: nothing is wrong */
	struct outcome_issue	 issue[PATCH_ISSUES_MAX];
	size_t			 n_issues;
};

/* A JSON object or array, freed with the arena.  Nesting is counted before
 * anything is read.  NULL: not JSON, or too deep; the reason is in the fault. */
json_t	*json_read(struct arena *, const char *text, size_t n,
	    struct fault *);

/* Read all operations; the first one that is wrong ends it. */
void	 patch_read(struct arena *, const json_t *, struct patch *ret);

/* Note what is wrong, in French. */
void	 patch_issue(struct patch *, int http, const char *code,
	    const char *diagnostics, const char *expression);

/* "capacityStatus: 02 / temporalityCapacity: 01 / …", for diagnostics. */
const char *patch_codes(struct arena *, const char *const *code);

#endif
