/* entry_save.c - saving one row of the entry board, or several as one. */
#include <string.h>

#include "entry.h"
#include "handlers.h"

/* What a refusal is: its HTTP status, sentence and field. */
static const struct refusal {
	const char		*error;
	int			 http;
	enum capacity_field	 field;
} refusals[SAVE__MAX] = {
	[SAVE_CONFLICT] = { "Ces valeurs ont changé entre-temps.",
			    409, CAP__MAX },
	[SAVE_LOCKED]	= { "Cette unité est en indisponibilité totale : "
			    "la saisie est bloquée.", 409, CAP__MAX },
	[SAVE_CLOSED]	= { "Il y a plus de fermés que d’installés, en "
			    "comptant les fermés réactivables.",
			    422, CAP_FERM_NR },
	[SAVE_EXTRA]	= { "Il y a plus de supplémentaires mobilisés "
			    "que de mobilisables.", 422, CAP_SUPPL_MOB },
	[SAVE_FUTURE]	= { "L’heure de cette saisie est dans le "
			    "futur.", 422, CAP__MAX },
	[SAVE_ASSIGNMENT] = { "Cette affectation est terminée : ses "
			    "valeurs ne s’enregistrent plus.", 409, CAP__MAX },
};

static const char *
lines(struct arena *a, size_t n, const char *one, const char *many)
{
	return arena_printf(a, "%zu %s", n, n == 1 ? one : many);
}

/* « Rien n’est enregistré : 2 lignes à corriger. » */
static const char *
alert_text(struct request *rq, const struct entry_form *f)
{
	size_t bad = 0, conflicts = 0, i;

	for (i = 0; i < f->n; i++) {
		bad += f->v[i].error != NULL;
		conflicts += f->v[i].conflict;
	}
	if (f->n == 1)
		return conflicts > 0 ? "Rien n’est enregistré : quelqu’un a "
		    "changé ces valeurs. Choisissez celles à garder." :
		    "Rien n’est enregistré : une valeur est à corriger.";
	if (conflicts == bad)
		return arena_printf(rq->arena, "Rien n’est enregistré : %s "
		    "entre-temps. Choisissez, puis recommencez.",
		    lines(rq->arena, bad, "ligne a changé",
		    "lignes ont changé"));
	return arena_printf(rq->arena, "Rien n’est enregistré : %s à "
	    "corriger.", lines(rq->arena, bad, "ligne est", "lignes sont"));
}

static enum status
refuse(struct request *rq, struct response *rs, const struct entry_form *f,
    int http)
{
	const char *alert = alert_text(rq, f);
	struct entry_address at;

	rs->http = http;
	if (rq->wants_json) {
		entry_json_refused(rq, rs, f, alert);
		return ST_OK;
	}
	entry_address_back(rq, &at);
	return entry_show(rq, rs, &at, f, (struct entry_alert){ alert, true });
}

/* Saved, while other rows were typed in too: they stay on the page. */
static enum status
succeed_partly(struct request *rq, struct response *rs,
    const struct entry_form *f)
{
	struct entry_form rest = { .v = f->v + f->n, .n_all = f->n_all - f->n,
	    .n = f->n_all - f->n };
	struct entry_address at;

	entry_address_back(rq, &at);
	return entry_show(rq, rs, &at, &rest, (struct entry_alert){
	    arena_printf(rq->arena, "%s : enregistré. %s encore.",
	    f->v[0].saved.state.name, lines(rq->arena, rest.n,
	    "autre ligne modifiée ne l’est pas",
	    "autres lignes modifiées ne le sont pas")), false });
}

static enum status
succeed(struct request *rq, struct response *rs, const struct entry_form *f)
{
	struct entry_address at;
	const char *row;

	if (rq->wants_json) {
		entry_json_saved(rq, rs, f);
		return ST_OK;
	}
	if (f->n_all > f->n)
		return succeed_partly(rq, rs, f);
	entry_address_back(rq, &at);
	row = entry_row_name(rq->arena, f->v[0].entry.place_id,
	    f->v[0].entry.assignment_id);
	response_redirect(rs, !f->one ? entry_address_with(rq->arena, at.self,
	    "enregistre=tout") : arena_printf(rq->arena, "%s#%s",
	    entry_address_with(rq->arena, at.self, arena_printf(rq->arena,
	    "enregistre=%s", row)), row));
	return ST_OK;
}

/* Name what was refused; returns the answer's HTTP status, 0 when all is
 * saved.  *ret_st: not a row's fault, but the request's. */
static int
outcomes_tell(struct entry_form *f, enum status *ret_st)
{
	int http = 0;
	size_t i;

	for (i = 0; i < f->n; i++) {
		struct entry_row *r = &f->v[i];
		enum save_outcome o = r->saved.outcome;

		if (o == SAVE_UNKNOWN || o == SAVE_DENIED) {
			*ret_st = o == SAVE_UNKNOWN ? ST_NOTFOUND : ST_DENIED;
			return 0;
		}
		if (refusals[o].error == NULL)
			continue;
		r->error = refusals[o].error;
		r->conflict = o == SAVE_CONFLICT;
		if (refusals[o].field != CAP__MAX)
			r->entry.bad = capacity_fields[refusals[o].field].name;
		if (http == 0 || refusals[o].http > http)
			http = refusals[o].http;
	}
	return http;
}

enum status
entry_save_rows(struct request *rq, struct response *rs,
    struct entry_form *f, int *ret_http)
{
	struct capacity_entry *e = ARENA_ARRAY(rq->arena, f->n,
	    struct capacity_entry);
	struct saved_place *saved = ARENA_ARRAY(rq->arena, f->n,
	    struct saved_place);
	struct save_order order = { .account_id = rq->session.account_id,
	    .now = rq->now, .key = f->key, .confirmed = f->confirmed, .v = e,
	    .n = f->n };
	enum status st;
	size_t i;

	*ret_http = 422;
	for (i = 0; i < f->n; i++) {
		if (f->v[i].error != NULL)
			return ST_OK;
		e[i] = f->v[i].entry;
	}
	if ((st = board_save(rq->db, &order, saved)) != ST_OK)
		return st;
	for (i = 0; i < f->n; i++)
		f->v[i].saved = saved[i];
	*ret_http = outcomes_tell(f, &st);
	return st == ST_OK ? ST_OK : response_error(rs, st, st == ST_DENIED ?
	    "Ce lieu n’est pas dans votre périmètre : rien n’est "
	    "enregistré." : "Ce lieu n’existe pas ou n’existe plus : rien "
	    "n’est enregistré.");
}

static enum status
save(struct request *rq, struct response *rs, struct entry_form *f)
{
	enum status st;
	size_t i;
	int http;

	if ((st = entry_save_rows(rq, rs, f, &http)) != ST_OK)
		return st;
	if (http != 0)
		return refuse(rq, rs, f, http);
	for (i = 0; i < f->n; i++)
		if (f->v[i].saved.outcome == SAVE_WARN)
			return entry_ask(rq, rs, f);
	return succeed(rq, rs, f);
}

enum status
page_entry_save(struct request *rq, struct response *rs)
{
	struct entry_form f;
	enum status st;

	if ((st = entry_form_read(rq, rs, request_arg(rq, 0), &f)) != ST_OK)
		return st;
	return save(rq, rs, &f);
}

/* Rows to save first, other changed ones after them, the rest dropped.
 * only: the one that was asked for, changed or not; NULL: all changed. */
static void
rows_choose(struct request *rq, struct entry_form *f, const char *only)
{
	struct entry_row *v = ARENA_ARRAY(rq->arena, f->n, struct entry_row);
	size_t n = 0, n_all, i;

	for (i = 0; i < f->n; i++)
		if (only == NULL ? f->v[i].changed : strcmp(only,
		    entry_row_name(rq->arena, f->v[i].entry.place_id,
		    f->v[i].entry.assignment_id)) == 0)
			v[n++] = f->v[i];
	for (i = 0, n_all = n; only != NULL && i < f->n; i++)
		if (f->v[i].changed && (n == 0 ||
		    f->v[i].entry.place_id != v[0].entry.place_id ||
		    f->v[i].entry.assignment_id != v[0].entry.assignment_id))
			v[n_all++] = f->v[i];
	f->v = v;
	f->n = n;
	f->n_all = n_all;
}

/* The key of one row of a page's form: the page's, with the place's number
 * for its last part, so that going back to save another row is another save. */
static const char *
row_key(struct request *rq, const struct entry_form *f)
{
	return arena_printf(rq->arena, "%.24s%012llx", f->key,
	    (unsigned long long)(f->v[0].entry.place_id ^
	    f->v[0].entry.assignment_id << 24) & 0xffffffffffffull);
}

static enum status
nothing_changed(struct request *rq, struct response *rs)
{
	struct entry_address at;

	entry_address_back(rq, &at);
	response_redirect(rs, entry_address_with(rq->arena, at.self,
	    "enregistre=rien"));
	return ST_OK;
}

enum status
page_entry_save_all(struct request *rq, struct response *rs)
{
	const char *only = request_form(rq, "ligne");
	struct entry_address at;
	struct entry_form f;
	enum status st;

	if ((st = entry_form_read(rq, rs, NULL, &f)) != ST_OK)
		return st;
	if (f.n == 0)
		return response_error(rs, ST_INPUT,
		    "Aucune ligne à enregistrer.");
	if (request_form(rq, "confirmer") != NULL)
		return entry_site(rq, rs, &f);
	rows_choose(rq, &f, only);
	if (request_form(rq, "corriger") != NULL) {
		entry_address_back(rq, &at);
		return entry_show(rq, rs, &at, &f, (struct entry_alert){
		    "Rien n’est encore enregistré : corrigez, puis "
		    "enregistrez.", false });
	}
	if (f.n == 0)
		return only == NULL ? nothing_changed(rq, rs) :
		    response_error(rs, ST_INPUT, ENTRY_NOT_A_FORM);
	if (only != NULL) {
		f.one = true;
		f.key = row_key(rq, &f);
	}
	return save(rq, rs, &f);
}
