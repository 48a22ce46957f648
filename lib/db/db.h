/* db.h - one PostgreSQL connection, and the statements a program may run.
 *
 * Every statement is in sql/queries; the build makes an enum of them (Q_name)
 * and of their columns (COL_name_column).  db_open() prepares those marked for
 * the program and compares what the server says with what the file says: a
 * missing table, a renamed column or another type stops the program with the
 * statement's name.
 *
 * Values travel as text, NULL is SQL's null.  Results live in the arena.
 * A connection is READ ONLY by default; only db_write() and db_begin() open a
 * READ WRITE transaction.
 * Layer: db.  May include: base, libpq.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/status.h"

enum query {
#define Q(name, programs, np, params, nc, cols, rows, text) Q_##name,
#include "queries.def"
#undef Q
	Q__MAX
};

enum {
#define C(query, column, index) COL_##query##_##column = (index),
#include "columns.def"
#undef C
	COL__END
};

enum { DB_QUEUE_MAX = 8, DB_ARGS_MAX = 24 };

struct pg_conn;
struct pg_result;

struct db_call {
	enum query		 query;
	const char *const	*args;
	size_t			 n_args;
};

struct db {
	struct pg_conn	*conn;
	struct arena	*arena;		/* results and errors of this request */
	const char	*conninfo;
	const char	*program;	/* "app", "auth", "api", "report" */
	struct fault	 fault;
	struct db_call	 queue[DB_QUEUE_MAX];
	size_t		 n_queue;
	bool		 in_tx;
	unsigned	 n_connects;	/* copies of data are those of one */
	unsigned	 n_statements;	/* since db_stats_reset() */
	int64_t		 spent_us;	/* waited for the server, likewise */
};

struct rows {
	struct pg_result	*res;
	size_t			 n;
};

/* Arguments of a statement: DB_ARGS("75", NULL, db_int(db, 3)). */
#define DB_ARGS(...)	(const char *const[]){ __VA_ARGS__ }, \
	sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *)
#define DB_NONE		NULL, 0

/* Connect, prepare and check.  conninfo and program outlive the handle.
 * ST_DB: no server, or a statement does not fit the schema; fault says which. */
enum status db_open(struct db *, const char *conninfo, const char *program,
	    struct arena *) MUST_CHECK;
void	 db_close(struct db *);
bool	 db_alive(const struct db *);
void	 db_stats_reset(struct db *);

/* Send one statement and wait.  A read whose connection was lost is sent once
 * more over a new one.
 * rows: "one" gives ST_NOTFOUND on none; ST_DB: lost or refused. */
enum status db_run(struct db *, enum query, const char *const *args,
	    size_t n_args, struct rows *ret) MUST_CHECK;

/* Several reads in one round trip: queue them (args must live until the
 * flush), then flush; ret has one element per queued statement.  They run in
 * one transaction.  "rows: one" is not enforced here. */
void	 db_queue(struct db *, enum query, const char *const *args,
	    size_t n_args);
enum status db_flush(struct db *, struct rows *ret, size_t n) MUST_CHECK;

/* One statement in a READ WRITE transaction of its own, in one round trip.
 * Never sent again: ST_DB can mean that it was done. */
enum status db_write(struct db *, enum query, const char *const *args,
	    size_t n_args, struct rows *ret) MUST_CHECK;

/* What is queued in one READ WRITE transaction, in one round trip; a later
 * statement sees what the earlier wrote.  Never sent again, like db_write().
 * "rows: one" is not enforced. */
enum status db_flush_write(struct db *, struct rows *ret, size_t n) MUST_CHECK;

/* A READ WRITE transaction around several db_run(). */
enum status db_begin(struct db *) MUST_CHECK;
enum status db_commit(struct db *) MUST_CHECK;
void	 db_rollback(struct db *);

/* Text of a number, in the arena. */
const char *db_int(struct db *, int64_t);

/* '{1,2,3}' of numbers; and of texts with the quoting that arrays need. */
const char *db_int_array(struct arena *, const int64_t *, size_t n);
const char *db_text_array(struct arena *, const char *const *, size_t n);

/* Fields.  row_text() is NULL for null; the others give the default. */
const char *row_text(const struct rows *, size_t row, int col);
bool	 row_null(const struct rows *, size_t row, int col);
int64_t	 row_int(const struct rows *, size_t row, int col, int64_t if_null);
double	 row_double(const struct rows *, size_t row, int col, double if_null);
bool	 row_bool(const struct rows *, size_t row, int col);	/* null: false */
int64_t	 row_instant(const struct rows *, size_t row, int col, int64_t if_null);
int32_t	 row_day(const struct rows *, size_t row, int col, int32_t if_null);
/* Elements of a one-dimensional text[] or number array; nulls are NULL. */
size_t	 row_array(struct arena *, const struct rows *, size_t row, int col,
	    char ***ret);

#endif
