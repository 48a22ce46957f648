/* upload.c - files of many lines: sending one, looking at what it would do,
 * saving it. */
#include "domain/upload.h"

#include <string.h>

#include "base/french.h"
#include "handlers.h"
#include "page.h"
#include "pages/closures.h"

#define KEYS(X) LAYOUT_KEYS(X) X(closures) X(error) X(model_href) X(action)
PAGE_SPEC(upload, "upload.html", KEYS);

/* What differs between the two kinds of files. */
static const struct {
	const char	*title, *path, *model, *back;
} kinds[UPLOAD__MAX] = {
	[UPLOAD_CAPACITY] = { "Importer un capacitaire",
	    "/capacitaire/import", "capacitaire-modele.csv",
	    "/capacitaire" },
	[UPLOAD_CLOSURES] = { "Importer des fermetures",
	    "/capacitaire/fermetures/import", "fermetures-modele.csv",
	    "/capacitaire/fermetures" },
};

static enum upload_kind
kind_of(const struct request *rq)
{
	return strncmp(rq->path, kinds[UPLOAD_CLOSURES].path,
	    strlen(kinds[UPLOAD_CLOSURES].path)) == 0 ? UPLOAD_CLOSURES :
	    UPLOAD_CAPACITY;
}

static enum status
show(struct request *rq, struct response *rs, const char *error)
{
	enum upload_kind k = kind_of(rq);
	struct view *v = page_begin(rq, arena_printf(rq->arena, "%s%s",
	    error == NULL ? "" : "Erreur – ", kinds[k].title), NAV_ENTRY);

	if (error != NULL)
		rs->http = 422;
	view_text(v, K_path_back, kinds[k].path);
	view_flag(v, K_closures, k == UPLOAD_CLOSURES);
	view_text(v, K_action, kinds[k].path);
	view_text(v, K_model_href, arena_printf(rq->arena, "%s/modele.csv",
	    kinds[k].path));
	view_text(v, K_error, error);
	return page_end(rq, rs, PAGE_upload, v);
}

enum status
page_upload(struct request *rq, struct response *rs)
{
	return show(rq, rs, NULL);
}

enum status
page_upload_take(struct request *rq, struct response *rs)
{
	const struct upload_file f = { kind_of(rq), rq->file.name,
	    rq->file.data, rq->file.n };
	const char *key = closures_key(rq->arena), *error;
	enum status st;

	if (f.data == NULL || f.name[0] == '\0')
		return show(rq, rs, "Choisissez un fichier.");
	if ((st = upload_take(rq->db, rq->session.account_id, key, &f,
	    &error)) != ST_OK)
		return st;
	if (error != NULL)
		return show(rq, rs, error);
	response_redirect(rs, arena_printf(rq->arena,
	    "/capacitaire/import/%s", key));
	return ST_OK;
}

enum status
page_upload_model(struct request *rq, struct response *rs)
{
	enum upload_kind k = kind_of(rq);

	response_file(rs, "text/csv", kinds[k].model);
	return upload_model_csv(rq->db, rq->session.account_id, k,
	    closures_site(rq), rs->body);
}
