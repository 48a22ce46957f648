/* upload_look.c - what a file would do, line by line, and saving it. */
#include <string.h>

#include "base/french.h"
#include "domain/upload.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(key) X(file)	\
	X(closures) X(done) X(lines) X(errors) X(warnings) X(changes)	\
	X(same) X(same_text) X(can_save) X(save_label) X(until) X(rows)	\
	X(line) X(nothing) X(refused) X(warned) X(place_href) X(place) X(row_error) X(row_warning)	\
	X(row_changes) X(cut) X(back) X(again_href)
PAGE_SPEC(upload_look, "upload_look.html", KEYS);

#define GONE	"Ce fichier n’est plus en attente : il est gardé une heure, " \
	"pour vous seul. Envoyez-le de nouveau."

static void
line_row(struct view *v, size_t i, const void *data)
{
	const struct upload_line *l = &((const struct upload *)data)->v[i];
	struct arena *a = view_arena(v);

	view_int(v, K_line, l->line);
	view_text(v, K_place, l->name);
	view_text(v, K_place_href, l->name == NULL ? NULL : arena_printf(a,
	    "/fiche/l%lld", (long long)l->place_id));
	view_text(v, K_row_error, l->error);
	view_text(v, K_row_warning, l->error == NULL ? l->warning : NULL);
	view_text(v, K_row_changes, l->error == NULL ? l->changes : NULL);
}

static void
show_counts(struct view *v, struct arena *a, const struct upload *u)
{
	bool closures = u->kind == UPLOAD_CLOSURES;

	view_text(v, K_lines, fr_int(a, u->n_lines));
	view_text(v, K_errors, fr_int(a, u->n_errors));
	view_text(v, K_warnings, fr_int(a, u->n_warnings));
	view_text(v, K_changes, fr_int(a, u->n_changes));
	view_text(v, K_same, fr_int(a, u->n_same));
	if (u->n_same > 0 && !closures)
		view_text(v, K_same_text, fr_count(a, u->n_same,
		    "ligne identique", "lignes identiques"));
	if (u->n_changes > (int64_t)u->n || u->n == UPLOAD_LINES_SHOWN)
		view_text(v, K_cut, arena_printf(a, "Les %zu premières "
		    "lignes, erreurs d’abord.", u->n));
}

static enum status
show(struct request *rq, struct response *rs, const struct upload *u,
    const char *alert)
{
	struct arena *a = rq->arena;
	bool closures = u->kind == UPLOAD_CLOSURES;
	bool ready = u->n_errors == 0 && (u->n_changes > 0 || u->n_same > 0);
	struct view *v = page_begin(rq, u->done ? "Fichier enregistré" :
	    "Fichier à confirmer", NAV_ENTRY);

	view_text(v, K_path_back, arena_printf(a, "/capacitaire/import/%s",
	    request_arg(rq, 0)));
	view_text(v, K_key, request_arg(rq, 0));
	view_text(v, K_file, u->name);
	view_flag(v, K_closures, closures);
	view_flag(v, K_done, u->done);
	view_text(v, K_alert, alert);
	view_text(v, K_alert_kind, "error");
	if (u->done) {
		view_text(v, K_alert, arena_printf(a, "%s enregistrées, en "
		    "une fois.", fr_count(a, u->n_saved, "ligne", "lignes")));
		view_text(v, K_alert_kind, "success");
	}
	show_counts(v, a, u);
	view_flag(v, K_can_save, ready && !u->done);
	view_flag(v, K_warned, u->n_warnings > 0);
	view_flag(v, K_refused, u->n_errors > 0);
	view_flag(v, K_nothing, u->n_errors == 0 && !ready);
	view_text(v, K_save_label, closures ? "Programmer ces fermetures" :
	    "Enregistrer ce fichier");
	view_text(v, K_until, fr_instant(a, rq->app->paris, u->expires_utc));
	view_list(v, K_rows, u->n, line_row, u);
	view_text(v, K_back, closures ? "/capacitaire/fermetures" :
	    "/capacitaire");
	view_text(v, K_again_href, closures ?
	    "/capacitaire/fermetures/import" : "/capacitaire/import");
	return page_end(rq, rs, PAGE_upload_look, v);
}

static enum status
read(struct request *rq, struct response *rs, struct upload *ret)
{
	enum status st = upload_get(rq->db, rq->session.account_id,
	    request_arg(rq, 0), ret);

	return st == ST_NOTFOUND ? response_error(rs, st, GONE) : st;
}

enum status
page_upload_look(struct request *rq, struct response *rs)
{
	struct upload u;
	enum status st;

	if ((st = read(rq, rs, &u)) != ST_OK)
		return st;
	return show(rq, rs, &u, NULL);
}

enum status
page_upload_refused(struct request *rq, struct response *rs)
{
	response_file(rs, "text/csv", "lignes-refusees.csv");
	return upload_refused_csv(rq->db, rq->session.account_id,
	    request_arg(rq, 0), rs->body);
}

enum status
page_upload_save(struct request *rq, struct response *rs)
{
	static const char *const words[UPLOAD_OUTCOME__MAX] = {
		[UPLOAD_REFUSED] = "Rien n’est enregistré : des lignes sont "
		    "à corriger.",
		[UPLOAD_CONFIRM] = "Rien n’est enregistré : cochez que vous "
		    "avez lu les avertissements.",
		[UPLOAD_CHANGED] = "Rien n’est enregistré : quelqu’un a "
		    "changé des lieux entre-temps. Voyez les lignes refusées.",
	};
	const struct upload_confirm c = { request_arg(rq, 0), rq->address,
	    request_form(rq, "avertissements") != NULL,
	    request_form(rq, "identiques") != NULL };
	enum upload_outcome o;
	struct upload u;
	enum status st;

	if ((st = upload_save(rq->db, rq->session.account_id, &c, &o))
	    != ST_OK)
		return st;
	if (o == UPLOAD_UNKNOWN)
		return response_error(rs, ST_NOTFOUND, GONE);
	if (words[o] == NULL) {
		response_redirect(rs, arena_printf(rq->arena,
		    "/capacitaire/import/%s", c.key));
		return ST_OK;
	}
	if ((st = read(rq, rs, &u)) != ST_OK)
		return st;
	rs->http = o == UPLOAD_CHANGED ? 409 : 422;
	return show(rq, rs, &u, words[o]);
}
