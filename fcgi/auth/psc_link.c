/* psc_link.c - an identity that no account has: what to do, and the proof by
 * e-mail and password that makes it a link. */
#include <string.h>

#include "auth/proof.h"
#include "auth/psc.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(error_message) X(identifiant) X(card_name) \
	X(ask_names) X(prenom) X(nom)
PAGE_SPEC(psc_link, "psc_link.html", KEYS);

enum status
psc_waiting(struct request *rq, struct rows *ret)
{
	const char *cookie = psc_cookie(rq);

	*ret = (struct rows){ .n = 0 };
	return cookie == NULL ? ST_OK : db_run(rq->db, Q_psc_pending_get,
	    DB_ARGS(cookie, instant_sql(rq->arena, rq->now)), ret);
}

/* A name as typed: trimmed, not empty, not endless. */
static const char *
typed(struct request *rq, const char *field)
{
	const char *v = request_form(rq, field);

	if (v == NULL || (v = str_trim(rq->arena, v))[0] == '\0' ||
	    strlen(v) > PSC_NAME_MAX)
		return NULL;
	return v;
}

struct names
psc_names(struct request *rq, const struct rows *waiting)
{
	struct names n = {
		row_text(waiting, 0, COL_psc_pending_get_given_name),
		row_text(waiting, 0, COL_psc_pending_get_family_name) };

	/* Asked together: half a name helps nobody to recognise it. */
	if (n.given == NULL || n.family == NULL) {
		n.given = typed(rq, "prenom");
		n.family = typed(rq, "nom");
	}
	return n;
}

static enum status
form_show(struct request *rq, struct response *rs, const struct rows *waiting,
    const char *login, const char *error)
{
	const char *given = row_text(waiting, 0,
	    COL_psc_pending_get_given_name);
	const char *family = row_text(waiting, 0,
	    COL_psc_pending_get_family_name);
	struct view *v = page_begin(rq, "Lier votre carte à votre compte",
	    NAV_NONE);

	view_text(v, K_error_message, error);
	view_text(v, K_identifiant, login != NULL ? login :
	    row_text(waiting, 0, COL_psc_pending_get_email));
	if (given != NULL && family != NULL) {
		view_text(v, K_card_name, arena_printf(rq->arena, "%s %s",
		    given, family));
	} else {
		view_flag(v, K_ask_names, true);
		view_text(v, K_prenom, given != NULL ? given :
		    request_form(rq, "prenom"));
		view_text(v, K_nom, family != NULL ? family :
		    request_form(rq, "nom"));
	}
	return page_end(rq, rs, PAGE_psc_link, v);
}

/* Only who waits for a proof; who asked from an account has another page. */
static bool
for_proof(const struct rows *waiting)
{
	return waiting->n == 1 &&
	    row_null(waiting, 0, COL_psc_pending_get_account_id);
}

enum status
auth_psc_pending(struct request *rq, struct response *rs)
{
	struct rows waiting;
	enum status st;

	if ((st = psc_waiting(rq, &waiting)) != ST_OK)
		return st;
	if (!for_proof(&waiting))
		return psc_notice(rq, rs, NOTICE_EXPIRED);
	return form_show(rq, rs, &waiting, NULL, NULL);
}

/* The form again.  Before the password is proved, every reason reads alike;
 * after it, the page may say what is missing. */
static enum status
refuse(struct request *rq, struct response *rs, const struct rows *waiting,
    const struct proof *p, const char *reason, const char *words)
{
	struct rows r;
	enum status st;

	fault_set(&rq->fault, "psc link refused: %s", reason);
	if ((st = db_write(rq->db, Q_psc_audit, DB_ARGS("link_refused",
	    p->account_id, client_address(rq), reason), &r)) != ST_OK)
		return st;
	rs->http = 401;
	return form_show(rq, rs, waiting, p->login, words);
}

/* What still keeps a proved account from its card; NULL: nothing. */
static const char *
missing(const struct proof *p, const char **ret_words)
{
	if (!p->seen) {
		*ret_words = "Ce compte ne s’est encore jamais connecté avec "
		    "son adresse électronique. Connectez-vous d’abord une fois "
		    "de cette façon, puis liez votre carte.";
		return "never_signed_in";
	}
	if (p->second) {
		*ret_words = "Ce compte demande un second facteur. "
		    "Connectez-vous avec votre mot de passe et votre code, "
		    "puis liez votre carte depuis votre compte.";
		return "second_factor";
	}
	if (p->must_change) {
		*ret_words = "Votre mot de passe est provisoire. Remplacez-le "
		    "d’abord, puis liez votre carte.";
		return "must_change";
	}
	return NULL;
}

enum status
psc_link_make(struct request *rq, struct response *rs, const char *account_id,
    const struct names *n, const char *back)
{
	const char *now = instant_sql(rq->arena, rq->now), *asked_by;
	struct psc_origin from;
	struct rows r, made;
	enum status st;

	if ((st = db_begin(rq->db)) != ST_OK ||
	    (st = db_run(rq->db, Q_psc_pending_take, DB_ARGS(psc_cookie(rq),
	    now), &r)) != ST_OK)
		return st;
	if (r.n == 0)
		return psc_refuse(rq, rs, NOTICE_EXPIRED, "pending_gone",
		    account_id);
	asked_by = row_text(&r, 0, COL_psc_pending_take_account_id);
	if (asked_by != NULL && strcmp(asked_by, account_id) != 0)
		return psc_refuse(rq, rs, NOTICE_OTHER_ACCOUNT,
		    "other_account", account_id);
	from = (struct psc_origin){
		.iss = row_text(&r, 0, COL_psc_pending_take_iss),
		.sub = row_text(&r, 0, COL_psc_pending_take_sub),
		.sid_sha256 = row_text(&r, 0, COL_psc_pending_take_sid_sha256),
		.id_token = row_text(&r, 0, COL_psc_pending_take_id_token) };
	if ((st = db_run(rq->db, Q_psc_link_add, DB_ARGS(from.iss, from.sub,
	    account_id, row_text(&r, 0, COL_psc_pending_take_subject_name_id),
	    n->given, n->family, now), &made)) != ST_OK)
		return st;
	if (made.n == 0)
		return psc_refuse(rq, rs, NOTICE_TAKEN, "link_exists",
		    account_id);
	if ((st = db_run(rq->db, Q_psc_audit, DB_ARGS("link", account_id,
	    client_address(rq), NULL), &made)) != ST_OK)
		return st;
	psc_cookie_end(rs);
	return enter(rq, rs, &(struct entry){ .account_id = account_id,
	    .back = back, .psc = &from });
}

enum status
auth_psc_link(struct request *rq, struct response *rs)
{
	const char *reason, *words = "Adresse électronique ou mot de passe "
	    "incorrect, ou compte bloqué après plusieurs refus. Vérifiez votre "
	    "saisie\u202f; si le refus persiste, attendez un quart d’heure ou "
	    "appelez le support.";
	struct rows waiting;
	struct names n;
	struct proof p;
	enum status st;

	if ((st = psc_waiting(rq, &waiting)) != ST_OK)
		return st;
	if (!for_proof(&waiting))
		return psc_notice(rq, rs, NOTICE_EXPIRED);
	n = psc_names(rq, &waiting);
	if (n.given == NULL || n.family == NULL) {
		rs->http = 422;
		return form_show(rq, rs, &waiting,
		    request_form(rq, "courriel"), "Indiquez votre prénom et "
		    "votre nom.");
	}
	if ((st = proof_check(rq, request_form(rq, "courriel"),
	    request_form(rq, "mot_de_passe"), &p)) != ST_OK)
		return st;
	if ((reason = p.reason) != NULL ||
	    (reason = missing(&p, &words)) != NULL)
		return refuse(rq, rs, &waiting, &p, reason, words);
	return psc_link_make(rq, rs, p.account_id, &n, "/auth/psc/carte?fait=1");
}
