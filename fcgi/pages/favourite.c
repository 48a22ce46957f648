/* favourite.c - the star of a structure, a unit or a place. */
#include <string.h>

#include "handlers.h"
#include "local_path.h"

/* FINESS number, or a letter and a number: what /fiche/{id} takes. */
static bool
thing_valid(const char *s)
{
	static const char digits[] = "0123456789";
	size_t n = strlen(s);

	if (n >= 2 && n <= 13 && strchr("psful", s[0]) != NULL)
		return s[1] != '0' && strspn(s + 1, digits) == n - 1;
	return n == 9 && strspn(s, digits) >= 1 && ((s[1] >= 'A' &&
	    s[1] <= 'Z') || (s[1] >= '0' && s[1] <= '9')) &&
	    strspn(s + 2, digits) == 7;
}

enum status
page_favourite(struct request *rq, struct response *rs)
{
	const char *thing = request_form(rq, "chose");
	const char *set = request_form(rq, "favori");
	struct rows r;
	enum status st;
	bool add;

	if (thing == NULL || !thing_valid(thing) || set == NULL ||
	    (strcmp(set, "0") != 0 && strcmp(set, "1") != 0))
		return response_error(rs, ST_INPUT,
		    "Ce favori n’est pas reconnu.");
	add = set[0] == '1';
	if ((st = db_write(rq->db, add ? Q_favourite_add : Q_favourite_remove,
	    DB_ARGS(db_int(rq->db, rq->session.account_id), thing),
	    &r)) != ST_OK)
		return st;
	if (rq->wants_json)
		response_json(rs, add ? "{\"favori\":true}\n" :
		    "{\"favori\":false}\n");
	else
		response_redirect(rs, local_path(request_form(rq, "retour"),
		    "/accueil"));
	return ST_OK;
}
