/* location.h - what a PATCH and a batch share.
 *
 * Layer: fcgi/api.  May include: lib, fcgi, jansson.
 */
#ifndef FCGI_API_LOCATION_H
#define FCGI_API_LOCATION_H

#include <jansson.h>

#include "domain/feed.h"
#include "request.h"
#include "response.h"

#define BEARER_INVALID	"Bearer realm=\"ror\", error=\"invalid_token\""

/* application/fhir+json or application/json, with or without parameters. */
bool	 api_content_known(const struct request *);

/* The body as JSON; NULL: the answer, 415 or 400, is written. */
json_t	*api_body(struct request *, struct response *);

/* The token the router found, and the certificate. */
void	 api_client(struct request *, struct feed_client *ret);

#endif
