/* upload.h - files of many lines: capacity and planned closures.
 *
 * A file is read (upload_take), kept for an hour for its owner to look at with
 * what each line would change and what is wrong with it (upload_get), and
 * saved whole or not at all (upload_save).  The rules and their words are in
 * the database, the same for ror-db import.
 * Owns: results live in the arena of the db handle.
 * Source: cap.upload, its functions of migration 0087.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_UPLOAD_H
#define DOMAIN_UPLOAD_H

#include "base/str.h"
#include "db/db.h"

enum upload_kind { UPLOAD_CAPACITY, UPLOAD_CLOSURES, UPLOAD__MAX };

enum { UPLOAD_LINES_MAX = 20000, UPLOAD_LINES_SHOWN = 300 };

struct upload_file {
	enum upload_kind	 kind;
	const char		*name;		/* as the sender calls it */
	const char		*data;
	size_t			 n;
};

/* Read a file and keep it under key.  UTF-8 with or without BOM or
 * Windows-1252; ; , or tab; quotes; LF or CRLF.
 * ret_error: French, what is wrong with the file as a whole; NULL: kept.
 * ST_DB: lost.  Cost: one statement, 1 s for 5,000 lines. */
enum status upload_take(struct db *, int64_t account_id, const char *key,
	    const struct upload_file *, const char **ret_error) MUST_CHECK;

struct upload_line {
	int64_t		 line;		/* in the file, from 1 */
	int64_t		 place_id;	/* 0: none */
	const char	*name, *changes, *error, *warning;	/* or NULL */
};

struct upload {
	enum upload_kind	 kind;
	const char		*name;
	int64_t			 expires_utc;
	bool			 done;
	int64_t			 n_saved;
	int64_t			 n_lines, n_errors, n_warnings, n_changes;
	int64_t			 n_same;	/* say what is recorded */
	struct upload_line	*v;	/* errors, warnings, changes; the first */
	size_t			 n;
};

/* ST_NOTFOUND: not the account's, or forgotten.  Cost: two statements. */
enum status upload_get(struct db *, int64_t account_id, const char *key,
	    struct upload *ret) MUST_CHECK;

enum upload_outcome { UPLOAD_OK, UPLOAD_REPLAYED, UPLOAD_UNKNOWN,
	UPLOAD_REFUSED, UPLOAD_CONFIRM, UPLOAD_CHANGED, UPLOAD_MORE,
	UPLOAD_OUTCOME__MAX };

struct upload_confirm {
	const char	*key, *address;	/* address of the client, for the audit */
	bool		 warned;	/* the warnings were read */
	bool		 same;		/* lines without change are confirmed */
};

/* Save the file in one transaction.  Unless UPLOAD_OK or _REPLAYED nothing
 * was written; after UPLOAD_CHANGED (somebody was faster) its lines are
 * judged anew.
 * ST_DB: lost; sending it again is safe.  Cost: a statement for 500 lines. */
enum status upload_save(struct db *, int64_t account_id,
	    const struct upload_confirm *, enum upload_outcome *ret) MUST_CHECK;

/* The refused lines as they came, with a column « motif »; and the model,
 * filled with what is recorded (capacity) or with two examples' titles.
 * site: FINESS number or NULL.  ST_DB. */
enum status upload_refused_csv(struct db *, int64_t account_id,
	    const char *key, struct str *out) MUST_CHECK;
enum status upload_model_csv(struct db *, int64_t account_id,
	    enum upload_kind, const char *site, struct str *out) MUST_CHECK;

#endif
