/* statement.h - the registry made from sql/queries, private to lib/db. */
#ifndef DB_STATEMENT_H
#define DB_STATEMENT_H

#include <libpq-fe.h>

#include "db/db.h"

struct statement {
	const char	*name;
	const char	*programs;	/* "app auth" */
	int		 n_params;
	const char	*params;	/* "territory text,as_of timestamptz" */
	int		 n_cols;
	const char	*cols;
	const char	*rows;		/* one, maybe, many, none */
	const char	*text;
};

extern const struct statement statements[Q__MAX];

/* Prepare all that the program may run, in one round trip, then describe and
 * compare.  ST_DB with the statement's name in db->fault. */
enum status statement_prepare_all(struct db *) MUST_CHECK;

#endif
