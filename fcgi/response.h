/* response.h - what goes back: filled by a handler, sent by one function.
 *
 * response_send() is the only writer and writes the only log line of a
 * request; it turns a status into a page through one table.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_RESPONSE_H
#define FCGI_RESPONSE_H

#include "request.h"

enum { RESPONSE_BYTES_MAX = 64 * 1024 * 1024, RESPONSE_COOKIES_MAX = 4 };

struct response {
	struct arena	*arena;
	struct str	*body;
	int		 http;		/* 0: from the status */
	const char	*type;		/* NULL: text/html */
	const char	*location;	/* of a 303 */
	const char	*etag;		/* with its quotes; a GET gives 304s */
	const char	*modified;	/* Last-Modified, or NULL */
	const char	*challenge;	/* WWW-Authenticate of a 401, or NULL */
	const char	*download;	/* file name, or NULL */
	const char	*message;	/* French, for an error page */
	const char	*cookies[RESPONSE_COOKIES_MAX];
	size_t		 n_cookies;
	const char	*retry_after;
	const char	*form_action;	/* origin that a form leads to, or NULL */
};

/* The path of a page that comes first (signing in, a step of it), with where to
 * go then in ?retour=: to a page that was read, to the page that a form says it
 * is on, never to the address of a form. */
const char *response_way(struct request *, const char *first);

/* 303 to a path of ours, or to an address that the provider published. */
void	 response_redirect(struct response *, const char *path);

/* A whole Set-Cookie value. */
void	 response_cookie(struct response *, const char *);

/* JSON of a jansson value made by the caller: bytes and their length. */
void	 response_json(struct response *, const char *text);

/* The body is a file to keep: its type, and its name in ASCII. */
void	 response_file(struct response *, const char *type, const char *name);

/* An error in the user's words, on the error page or in JSON; returns st, so
 * that a handler can write: return response_error(rs, ST_INPUT, "…"). */
enum status response_error(struct response *, enum status st,
	    const char *message);

int	 status_http(enum status);

/* Send and log.  st is the handler's outcome. */
void	 response_send(struct request *, struct response *, struct io *,
	    enum status st, int64_t elapsed_us);

#endif
