/* login.c - signing in and out. */
#include <string.h>

#include "auth/enter.h"
#include "auth/proof.h"
#include "auth/psc.h"
#include "handlers.h"
#include "local_path.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(error_message) X(identifiant) X(retour) \
	X(psc_href) X(psc_button) X(login_title) X(login_text) X(documents) \
	X(document_title) X(document_href) X(public) X(alert) X(alert_kind)
PAGE_SPEC(login, "login.html", KEYS);

const struct page_spec page_spec_uninvited = { .file = "uninvited.html",
	.keys = login_keys, .n_keys = K__MAX };

enum { DOCUMENTS_MAX = 12, EXPIRY_DAYS = 14 };

struct document {
	const char	*title, *href;
};

static void
document_row(struct view *v, size_t i, const void *data)
{
	const struct document *d = data;

	view_text(v, K_document_title, d[i].title);
	view_text(v, K_document_href, d[i].href);
}

/* « title | address ; title | address »: only paths of ours and https. */
static void
view_documents(struct request *rq, struct view *v, const char *text)
{
	struct document *d = ARENA_ARRAY(rq->arena, DOCUMENTS_MAX,
	    struct document);
	size_t n = 0;

	while (*text != '\0' && n < DOCUMENTS_MAX) {
		size_t len = strcspn(text, ";");
		char *one = arena_strndup(rq->arena, text, len);
		char *bar = strchr(one, '|');

		text += len + (text[len] == ';');
		if (bar == NULL)
			continue;
		*bar = '\0';
		d[n].title = str_trim(rq->arena, one);
		d[n].href = str_trim(rq->arena, bar + 1);
		if (local_path(d[n].href, NULL) != NULL ||
		    strncmp(d[n].href, "https://", 8) == 0)
			n++;
	}
	view_list(v, K_documents, n, document_row, d);
}

/* Title, text and documents: of the public that was named, if there is one. */
static void
view_public(struct request *rq, struct view *v)
{
	const char *name = request_query(rq, "public");
	const struct conf *c = NULL;

	if (name == NULL)
		name = request_form(rq, "public");
	if (name != NULL && (c = conf_block(rq->app->conf, "public", name)) !=
	    NULL)
		view_text(v, K_public, name);
	if (c == NULL)
		c = rq->app->conf;
	view_text(v, K_login_title, conf_text(c, CONF_LOGIN_TITLE));
	view_text(v, K_login_text, conf_text(c, CONF_LOGIN_TEXT));
	view_documents(rq, v, conf_text(c, CONF_LOGIN_DOCUMENTS));
}

/* The form, and the way in by card where it is switched on. */
static struct view *
login_view(struct request *rq, const char *back)
{
	struct view *v = page_begin(rq, "Connexion", NAV_NONE);

	view_text(v, K_retour, back);
	view_public(rq, v);
	if (rq->app->psc.on) {
		view_text(v, K_psc_href, psc_start_path(rq->arena, back));
		view_text(v, K_psc_button, conf_text(rq->app->conf,
		    CONF_PSC_BUTTON));
	}
	return v;
}

enum status
auth_login_page(struct request *rq, struct response *rs)
{
	const char *back = local_path(request_query(rq, "retour"), "/");
	const char *done = request_query(rq, "fait");
	struct view *v;

	if (rq->session.signed_in) {
		response_redirect(rs, back);
		return ST_OK;
	}
	v = login_view(rq, back);
	if (done != NULL && strcmp(done, "mot-de-passe") == 0) {
		view_text(v, K_alert_kind, "success");
		view_text(v, K_alert, "Votre mot de passe est enregistré. "
		    "Connectez-vous avec lui.");
	}
	return page_end(rq, rs, PAGE_login, v);
}

/* The form again.  Whoever asks learns the same from every reason. */
static enum status
refuse(struct request *rq, struct response *rs, const struct proof *p,
    const char *back)
{
	const char *reason = p->reason == NULL ? "" : p->reason;
	bool uninvited = strcmp(reason, "no_account") == 0;
	struct view *v;
	struct rows r;
	enum status st;

	fault_set(&rq->fault, "sign-in refused: %s", reason);
	if ((st = db_write(rq->db, Q_audit_add, DB_ARGS("sign_in_refused",
	    p->account_id, client_address(rq), reason), &r)) != ST_OK)
		return st;
	v = login_view(rq, back);
	rs->http = uninvited ? 403 : 401;
	/* The password was right: this page tells nobody else anything. */
	if (uninvited) {
		view_text(v, K_identifiant, p->login);
		return page_end(rq, rs, PAGE_uninvited, v);
	}
	view_text(v, K_error_message, "Adresse électronique ou mot de passe "
	    "incorrect, ou compte bloqué après plusieurs refus. Vérifiez votre "
	    "saisie\u202f; si le refus persiste, attendez un quart d’heure, "
	    "choisissez un nouveau mot de passe ou appelez le support.");
	view_text(v, K_identifiant, p->login);
	return page_end(rq, rs, PAGE_login, v);
}

/* A password that ends soon: its page first, which leads on to back. */
static const char *
expiry_first(struct request *rq, const struct proof *p, const char *back)
{
	const char *out = back;
	struct str s;

	if (p->must_change || (p->grace < 0 && (p->expires_s < 0 ||
	    p->expires_s > EXPIRY_DAYS * 86400)))
		return back;
	str_init(&s, 16 * 1024);
	if (p->grace >= 0)
		str_addf(&s, "/auth/mot-de-passe?reste=%d&retour=", p->grace);
	else
		str_addf(&s, "/auth/mot-de-passe?expire=%d&retour=",
		    p->expires_s / 86400);
	str_add_url(&s, back);
	if (str_ok(&s))
		out = arena_strdup(rq->arena, s.data);
	str_free(&s);
	return out;
}

/* The account that this mail opens: what it was invited to is taken now. */
static enum status
account_take(struct request *rq, struct proof *p)
{
	struct rows r;
	enum status st;

	if ((st = db_run(rq->db, Q_invitation_take, DB_ARGS(p->login, p->name,
	    instant_sql(rq->arena, rq->now), client_address(rq)), &r)) != ST_OK)
		return st;
	p->account_id = row_text(&r, 0, COL_invitation_take_account_id);
	return ST_OK;
}

enum status
auth_login(struct request *rq, struct response *rs)
{
	const char *back = local_path(request_form(rq, "retour"), "/");
	struct proof p;
	enum status st;

	if ((st = proof_check(rq, request_form(rq, "identifiant"),
	    request_form(rq, "mot_de_passe"), &p)) != ST_OK)
		return st;
	if (p.reason != NULL && strcmp(p.reason, "no_account") != 0)
		return refuse(rq, rs, &p, back);
	if ((st = db_begin(rq->db)) != ST_OK ||
	    (st = account_take(rq, &p)) != ST_OK)
		return st;
	if (p.account_id == NULL) {
		db_rollback(rq->db);
		p.reason = "no_account";
		return refuse(rq, rs, &p, back);
	}
	return enter(rq, rs, &(struct entry){ .account_id = p.account_id,
	    .back = expiry_first(rq, &p, back), .directory = p.directory,
	    .must_change = p.must_change });
}

enum status
auth_logout(struct request *rq, struct response *rs)
{
	const char *hint = NULL;
	struct rows r[2];
	enum status st;

	if (rq->app->psc.on &&
	    (st = psc_leave_hint(rq, &hint)) != ST_OK)
		return st;
	if ((st = db_begin(rq->db)) != ST_OK)
		return st;
	db_queue(rq->db, Q_session_end, DB_ARGS(rq->session.token));
	db_queue(rq->db, Q_audit_add, DB_ARGS("sign_out",
	    db_int(rq->db, rq->session.account_id), client_address(rq), NULL));
	if ((st = db_flush(rq->db, r, N_ELEM(r))) != ST_OK ||
	    (st = db_commit(rq->db)) != ST_OK)
		return st;
	response_cookie(rs, SESSION_COOKIE "=; Path=/; Max-Age=0; Secure; "
	    "HttpOnly; SameSite=Lax");
	if (hint != NULL)
		return psc_leave(rq, rs, hint);
	response_redirect(rs, "/connexion");
	return ST_OK;
}
