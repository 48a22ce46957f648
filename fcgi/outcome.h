/* outcome.h - FHIR OperationOutcome: how the pool api says what happened.
 *
 * Source: FHIR R4, OperationOutcome and its code list issue-type; sentences in
 * French, as the published examples of the ROR have them.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_OUTCOME_H
#define FCGI_OUTCOME_H

#include "response.h"

#define FHIR_JSON	"application/fhir+json"

struct outcome_issue {
	const char	*code;		/* "business-rule", "not-found", … */
	const char	*diagnostics;
	const char	*expression;	/* FHIRPath of what is wrong, or NULL */
};

/* The usual code of an HTTP status: 404 is "not-found". */
const char *outcome_code(int http);

/* {"resourceType":"OperationOutcome",…} of n issues, errors from 400 on. */
void	 outcome_add(struct str *, int http, const struct outcome_issue *,
	    size_t n);

/* The same as the whole answer. */
void	 outcome_write(struct response *, int http,
	    const struct outcome_issue *, size_t n);

#endif
