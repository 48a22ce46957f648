/* request.h - one request, read and checked before any handler sees it.
 *
 * Limits: 64 query fields, 4,096 body fields, names of 64 bytes, values of
 * 4,096; a field or our cookie sent twice, %00 and invalid UTF-8 are ST_INPUT;
 * a body over the setting body_kb (upload_kb where it brings a file; pool api:
 * batch_kb) is ST_LIMIT.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_REQUEST_H
#define FCGI_REQUEST_H

#include <stdbool.h>

#include "app.h"
#include "io.h"
#include "session.h"

enum method { M_GET, M_POST, M_PATCH, M_OTHER };
enum { REQUEST_ARGS_MAX = 3 };

struct route;

struct field {
	const char	*name;
	const char	*value;
};

struct fields {
	struct field	*v;
	size_t		 n;
};

/* The file that a form brought. */
struct form_file {
	const char	*field;
	const char	*name;		/* as the sender calls it */
	const char	*data;		/* NULL: no file came */
	size_t		 n;
};

struct request {
	struct app		*app;
	struct arena		*arena;
	struct db		*db;
	int64_t			 now;		/* instant of arrival */
	enum method		 method;
	bool			 head;		/* HEAD, served as GET */
	const char		*path;
	const char		*query_string;
	const char		*address;	/* of the client */
	const char		*if_none_match;	/* or NULL */
	const char		*if_match;	/* likewise */
	const char		*authorization;	/* likewise; never logged */
	const char		*content_type;	/* "" when there is none */
	struct client_certificate {		/* as nginx verified it */
		bool		 verified;
		const char	*subject;	/* RFC 2253 */
		const char	*pem;		/* percent-encoded */
	}			 certificate;
	const char		*theme;		/* "light", "dark" or NULL */
	bool			 wants_json;
	bool			 background;	/* polling: renews no session */
	char			 id[17];
	struct fields		 query, form, cookies;
	const char		*body;		/* not a form: as it came */
	size_t			 body_n;
	bool			 multipart;	/* for routes with F_UPLOAD */
	struct form_file	 file;
	const struct route	*route;
	const char		*args[REQUEST_ARGS_MAX];
	struct session		 session;
	struct fault		 fault;
};

/* Read all of it.  On failure the request still has path, id and method. */
enum status request_read(struct request *, struct app *, struct io *,
	    int64_t now) MUST_CHECK;

/* Value of a field, NULL when absent; cookies likewise. */
const char *request_query(const struct request *, const char *name);
const char *request_form(const struct request *, const char *name);
const char *request_cookie(const struct request *, const char *name);

/* The client's address for the database; NULL when it is not one. */
const char *request_inet(const struct request *);

/* The i-th {argument} of the route's path; checked by the router. */
const char *request_arg(const struct request *, int i);

#endif
