/* copy.h - many rows out of and into PostgreSQL, in COPY's binary form.
 *
 * Out: any row-returning statement of the registry, so that it is prepared,
 * described and compared like the others; here it is run inside COPY (…) TO,
 * its parameters put in as quoted literals, because COPY takes none.
 * In: a statement of the registry that is COPY … FROM STDIN (FORMAT binary).
 * Both need a transaction (db_begin) and the connection for themselves.
 * Cost: about 0.5 us a row on our side, see `make bench`.
 * Layer: db.  May include: base, libpq.
 */
#ifndef DB_COPY_H
#define DB_COPY_H

#include "db/db.h"

/* One field of a row; valid during the call only. */
struct copy_field {
	const unsigned char	*p;
	int32_t			 n;		/* bytes; -1: null */
};

int32_t	 copy_int2(const struct copy_field *);	/* the types as declared; */
int32_t	 copy_int4(const struct copy_field *);	/* a null is the caller's */
int64_t	 copy_int8(const struct copy_field *);	/* to ask for before */
/* Microseconds since 1970; -infinity and infinity are INT64_MIN, _MAX. */
int64_t	 copy_instant_us(const struct copy_field *);

/* Called with the declared number of columns; another status than ST_OK ends
 * the reading and is returned. */
typedef enum status copy_row(void *arg, const struct copy_field *);

enum status db_copy_out(struct db *, enum query, const char *const *args,
	    size_t n_args, copy_row *, void *arg) MUST_CHECK;

/* Rows being encoded; grows on the heap, so it needs copy_rows_free(). */
struct copy_rows {
	unsigned char	*data;
	size_t		 len, cap;
	int64_t		 n;		/* rows */
};

void	 copy_rows_free(struct copy_rows *);
void	 copy_rows_reset(struct copy_rows *);
void	 copy_add_row(struct copy_rows *, int n_fields);
void	 copy_add_null(struct copy_rows *);
void	 copy_add_int2(struct copy_rows *, int32_t);
void	 copy_add_int4(struct copy_rows *, int32_t);
void	 copy_add_int8(struct copy_rows *, int64_t);
void	 copy_add_day(struct copy_rows *, int32_t day);
void	 copy_add_instant_us(struct copy_rows *, int64_t at_us);

/* Begin, send what was encoded (any number of times), end.  After a failure
 * the transaction is lost: db_rollback(). */
enum status db_copy_in(struct db *, enum query) MUST_CHECK;
enum status db_copy_put(struct db *, struct copy_rows *) MUST_CHECK;
enum status db_copy_end(struct db *) MUST_CHECK;

#endif
