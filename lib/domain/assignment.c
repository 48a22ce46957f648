/* assignment.c - temporary assignments of a place: asked for, added, ended. */
#include <string.h>

#include "domain/board.h"

enum status
assignment_ask(struct db *db, int64_t account_id, int64_t place_id,
    struct assignment_form *ret)
{
	struct assignment_form f = { .n_reasons = 0 };
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_assignment_reasons, DB_ARGS(db_int(db,
	    account_id), db_int(db, place_id)), &r)) != ST_OK)
		return st;
	f.reasons = ARENA_ARRAY(db->arena, r.n, struct reason);
	for (i = 0; i < r.n; i++) {
		f.reasons[f.n_reasons++] = (struct reason){
		    row_text(&r, i, COL_assignment_reasons_code),
		    row_text(&r, i, COL_assignment_reasons_label) };
		f.name = row_text(&r, i, COL_assignment_reasons_name);
		f.site_name = row_text(&r, i,
		    COL_assignment_reasons_site_name);
	}
	if (f.name == NULL)
		return ST_NOTFOUND;
	*ret = f;
	return ST_OK;
}

/* Why nothing was added; a null sentence is the request's own fault. */
static const struct { const char *outcome; enum status st; const char *why; }
    refusals[] = {
	{ "ok", ST_OK, NULL },
	{ "unknown", ST_NOTFOUND, NULL },
	{ "denied", ST_DENIED, NULL },
	{ "locked", ST_INPUT, "Cette unité est en indisponibilité totale : "
	    "la saisie est bloquée." },
	{ "reason", ST_INPUT, "Choisissez un motif de la liste." },
	{ "until", ST_INPUT, "La date de fin est déjà passée." },
	{ "duplicate", ST_INPUT, "Ce lieu a déjà une affectation en cours "
	    "pour ce motif." },
	{ "many", ST_INPUT, "Ce lieu a déjà dix affectations en cours." },
};

enum status
assignment_add(struct db *db, int64_t account_id, int64_t place_id,
    const char *reason, int64_t until_utc, const char **ret_why)
{
	const char *outcome;
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_write(db, Q_assignment_add, DB_ARGS(db_int(db,
	    account_id), db_int(db, place_id), reason, until_utc == -1 ?
	    NULL : instant_sql(db->arena, until_utc)), &r)) != ST_OK)
		return st;
	outcome = row_text(&r, 0, COL_assignment_add_outcome);
	for (i = 0; i < N_ELEM(refusals); i++)
		if (strcmp(refusals[i].outcome, outcome) == 0)
			break;
	if (i == N_ELEM(refusals))
		return ST_CONFLICT;
	*ret_why = refusals[i].why;
	return refusals[i].st;
}

enum status
assignment_end(struct db *db, int64_t account_id, int64_t place_id,
    int64_t assignment_id)
{
	const char *outcome;
	struct rows r;
	enum status st;

	if ((st = db_write(db, Q_assignment_end, DB_ARGS(db_int(db,
	    account_id), db_int(db, place_id), db_int(db, assignment_id)),
	    &r)) != ST_OK)
		return st;
	outcome = row_text(&r, 0, COL_assignment_end_outcome);
	return strcmp(outcome, "ok") == 0 ? ST_OK :
	    strcmp(outcome, "denied") == 0 ? ST_DENIED : ST_NOTFOUND;
}
