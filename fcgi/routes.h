/* routes.h - every URL: who may, what is checked, how long it keeps.
 *
 * The router checks method, role, scope, path arguments and request forgery
 * before a handler runs, so that no handler can forget.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_ROUTES_H
#define FCGI_ROUTES_H

#include "response.h"

typedef enum status handler(struct request *, struct response *);

/* What the router compares with the account's grants. */
enum scope_rule {
	ACROSS,			/* role alone: the same for every scope */
	IN_FRANCE,		/* a grant over France: what is everybody's */
	IN_DEPARTEMENT,		/* {code} is a département of a grant */
	IN_REGION,		/* ?region= is a région of a grant, if given */
	IN_QUERY		/* the statement itself joins the grants */
};

/* NO_TOKEN: a form of who has no session, or comes from an older one; its
 * origin is checked all the same.
 * PSC: there only when Pro Santé Connect is switched on.
 * LOCKED_OUT_OK: answers whatever the session waits for; SECOND, PASSWORD,
 * CONDITIONS: while it waits for that.
 * UPLOAD: takes a form that brings a file.
 * SNAPSHOT: app->snapshot is of this instant when the handler runs.
 * MACHINE: for programs.  No cookie is looked at, so that no browser can be
 * made to send the request for somebody; who asks is in the request itself. */
enum { F_POLLED = 1, F_LOCKED_OUT_OK = 2, F_NO_TOKEN = 4, F_SNAPSHOT = 8,
	F_MACHINE = 16, F_PSC = 32, F_SECOND = 64, F_PASSWORD = 128,
	F_CONDITIONS = 256, F_UPLOAD = 512 };

struct route {
	enum method	 method;
	const char	*path;		/* with {arguments} */
	handler		*run;
	unsigned	 roles;		/* bits R(role), R_PUBLIC, R_ANY… */
	enum scope_rule	 scope;
	int		 max_age_s;	/* 0: no-store */
	unsigned	 queries;	/* budget of statements, session included */
	unsigned	 flags;
};

/* Whether this account has a role that the page of that address, of whatever
 * pool, is for; its territory is not compared.  False: there is no such page. */
bool	 routes_open(const struct request *, const char *path);

/* The table of a pool, for the tests that walk it. */
const struct route *routes_of(enum pool, size_t *ret_n);

/* « GET, HEAD, POST »: what the address of a request answers to, for an Allow. */
const char *routes_allow(struct request *);

/* Find the route, check, run.  The outcome is response_send()'s to tell. */
enum status routes_run(struct request *, struct response *, struct io *)
	    MUST_CHECK;

/* « role method path » of every route, for tests and documentation. */
void	 routes_print(FILE *);

#endif
