/* entry_save.c - saving one row of the entry board, or several as one. */
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "handlers.h"

enum { ROWS_MAX = 500 };

#define NOT_A_FORM	"Ce formulaire est incomplet. Rechargez la page et " \
	"recommencez."

/* What a refusal is: its HTTP status and sentence. */
static const struct refusal {
	int		 http;
	const char	*error;
} refusals[SAVE__MAX] = {
	[SAVE_CONFLICT] = { 409, "Ces valeurs ont changé entre-temps." },
	[SAVE_LOCKED]	= { 409, "Cette unité est en indisponibilité totale : "
			    "la saisie est bloquée." },
	[SAVE_CLOSED]	= { 422, "Il y a plus de fermés que d’installés, en "
			    "comptant les fermés réactivables." },
	[SAVE_FUTURE]	= { 422, "L’heure de cette saisie est dans le "
			    "futur." },
};

/* "inst" of a row's own form; "inst.l78" of the whole page's. */
static const char *
field_of(struct request *rq, const char *name, const char *suffix)
{
	return request_form(rq, suffix[0] == '\0' ? name :
	    arena_printf(rq->arena, "%s.%s", name, suffix));
}

/* One row of the form; ST_INPUT: not a form of ours. */
static enum status
row_read(struct request *rq, const char *place, const char *suffix,
    struct entry_row *ret)
{
	struct entry_row r = { .error = NULL };
	const char *version = field_of(rq, "version", suffix);
	bool any = false;
	int f;

	r.entry.place_id = strtoll(place + 1, NULL, 10);
	if (version == NULL || str_to_int(version, INT64_MAX,
	    &r.entry.version) != ST_OK)
		return ST_INPUT;
	for (f = 0; f < CAP__MAX; f++) {
		if (!capacity_fields[f].simple)
			continue;
		r.entry.typed[f] = field_of(rq, capacity_fields[f].name,
		    suffix);
		any = any || r.entry.typed[f] != NULL;
	}
	r.entry.typed_comment = field_of(rq, CAP_COMMENT_FIELD, suffix);
	if (!any)
		return ST_INPUT;
	(void)capacity_entry_read(rq->arena, &r.entry);
	r.error = r.entry.error;
	*ret = r;
	return ST_OK;
}

/* « Rien n’est enregistré : 2 lignes à corriger. » */
static const char *
alert_text(struct request *rq, const struct entry_row *r, size_t n, bool one)
{
	size_t bad = 0, conflicts = 0, i;

	for (i = 0; i < n; i++) {
		bad += r[i].error != NULL;
		conflicts += r[i].conflict;
	}
	if (one)
		return conflicts > 0 ? "Rien n’est enregistré : quelqu’un a "
		    "changé ces valeurs. Choisissez celles à garder." :
		    "Rien n’est enregistré : une valeur est à corriger.";
	if (conflicts == bad)
		return arena_printf(rq->arena, "Rien n’est enregistré : %zu "
		    "%s entre-temps. Choisissez, puis recommencez.", bad,
		    bad == 1 ? "ligne a changé" : "lignes ont changé");
	return arena_printf(rq->arena, "Rien n’est enregistré : %zu %s à "
	    "corriger.", bad, bad == 1 ? "ligne est" : "lignes sont");
}

static enum status
refuse(struct request *rq, struct response *rs, const struct entry_row *r,
    size_t n, bool one, int http)
{
	const char *alert = alert_text(rq, r, n, one);
	struct entry_address at;

	rs->http = http;
	if (rq->wants_json) {
		entry_json_refused(rq, rs, r, n, one, alert);
		return ST_OK;
	}
	entry_address_back(rq, &at);
	return entry_show(rq, rs, &at, r, n, alert);
}

static enum status
succeed(struct request *rq, struct response *rs, const struct entry_row *r,
    size_t n, bool one)
{
	struct entry_address at;

	if (rq->wants_json) {
		entry_json_saved(rq, rs, r, n, one);
		return ST_OK;
	}
	entry_address_back(rq, &at);
	response_redirect(rs, arena_printf(rq->arena, one ?
	    "%s%cenregistre=l%lld#l%lld" : "%s%cenregistre=tout", at.self,
	    strchr(at.self, '?') == NULL ? '?' : '&',
	    (long long)r->entry.place_id, (long long)r->entry.place_id));
	return ST_OK;
}

/* Name what was refused; returns the answer's HTTP status, 0 when all is
 * saved.  *ret_st: not a row's fault, but the request's. */
static int
outcomes_tell(struct entry_row *r, size_t n, enum status *ret_st)
{
	int http = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		enum save_outcome o = r[i].saved.outcome;

		if (o == SAVE_OK || o == SAVE_REPLAYED)
			continue;
		if (o == SAVE_UNKNOWN || o == SAVE_DENIED) {
			*ret_st = o == SAVE_UNKNOWN ? ST_NOTFOUND : ST_DENIED;
			return 0;
		}
		r[i].error = refusals[o].error;
		r[i].conflict = o == SAVE_CONFLICT;
		if (o == SAVE_CLOSED)
			r[i].entry.bad = capacity_fields[CAP_FERM_NR].name;
		if (http == 0 || refusals[o].http > http)
			http = refusals[o].http;
	}
	return http;
}

static enum status
save(struct request *rq, struct response *rs, struct entry_row *r, size_t n,
    bool one)
{
	const char *key = request_form(rq, "cle");
	struct capacity_entry *e = ARENA_ARRAY(rq->arena, n,
	    struct capacity_entry);
	struct saved_place *saved = ARENA_ARRAY(rq->arena, n,
	    struct saved_place);
	enum status st = ST_OK;
	size_t i;
	int http;

	if (key == NULL || !capacity_key_valid(key))
		return response_error(rs, ST_INPUT, NOT_A_FORM);
	for (i = 0; i < n; i++) {
		if (r[i].error != NULL)
			return refuse(rq, rs, r, n, one, 422);
		e[i] = r[i].entry;
	}
	if ((st = board_save(rq->db, rq->session.account_id, key, e, n,
	    saved)) != ST_OK)
		return st;
	for (i = 0; i < n; i++)
		r[i].saved = saved[i];
	http = outcomes_tell(r, n, &st);
	if (st != ST_OK)
		return response_error(rs, st, st == ST_DENIED ?
		    "Ce lieu n’est pas dans votre périmètre : rien n’est "
		    "enregistré." : "Ce lieu n’existe pas ou n’existe plus : "
		    "rien n’est enregistré.");
	return http == 0 ? succeed(rq, rs, r, n, one) :
	    refuse(rq, rs, r, n, one, http);
}

enum status
page_entry_save(struct request *rq, struct response *rs)
{
	struct entry_row r;

	if (row_read(rq, request_arg(rq, 0), "", &r) != ST_OK)
		return response_error(rs, ST_INPUT, NOT_A_FORM);
	return save(rq, rs, &r, 1, true);
}

/* "l78": a place as forms name it. */
static bool
place_valid(const char *s)
{
	size_t n = strlen(s);

	return s[0] == 'l' && n >= 2 && n <= 13 && s[1] != '0' &&
	    strspn(s + 1, "0123456789") == n - 1;
}

/* Each row of the form is known by its field version.l78. */
enum status
page_entry_save_all(struct request *rq, struct response *rs)
{
	static const char prefix[] = "version.";
	const struct fields *form = &rq->form;
	struct entry_row *r = ARENA_ARRAY(rq->arena, ROWS_MAX,
	    struct entry_row);
	size_t n = 0, i;

	for (i = 0; i < form->n; i++) {
		const char *place = form->v[i].name + sizeof(prefix) - 1;

		if (strncmp(form->v[i].name, prefix, sizeof(prefix) - 1) != 0)
			continue;
		if (n == ROWS_MAX)
			return response_error(rs, ST_LIMIT, "Plus de 500 "
			    "lignes à la fois : rien n’est enregistré.");
		if (!place_valid(place) ||
		    row_read(rq, place, place, &r[n++]) != ST_OK)
			return response_error(rs, ST_INPUT, NOT_A_FORM);
	}
	if (n == 0)
		return response_error(rs, ST_INPUT,
		    "Aucune ligne à enregistrer.");
	return save(rq, rs, r, n, false);
}
