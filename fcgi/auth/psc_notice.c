/* psc_notice.c - what somebody reads whom Pro Santé Connect did not bring in:
 * what happened and what to do; the reason itself is for the audit. */
#include "auth/psc.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(kind) X(what) X(advice) X(href) X(action)	\
	X(call) X(request_id)
PAGE_SPEC(psc_notice, "psc_notice.html", KEYS);

#define AGAIN "/auth/psc", "Recommencer"
#define BY_MAIL "/connexion", "Se connecter par adresse électronique"

/* call: the support has to help. */
static const struct {
	const char	*kind, *title, *what, *advice, *href, *action;
	int		 http;
	bool		 call;
} notices[NOTICE__MAX] = {
	[NOTICE_AGAIN] = { "warning", "Connexion à recommencer",
	    "Cette connexion par Pro Santé Connect ne peut plus aboutir\u202f: "
	    "elle a déjà servi, elle date de plus de dix minutes, ou elle a été "
	    "commencée dans un autre navigateur.",
	    "Recommencez dans ce navigateur, sans utiliser le bouton Retour ni "
	    "un ancien onglet.", AGAIN, 400, false },
	[NOTICE_CANCELLED] = { "info", "Connexion abandonnée",
	    "La connexion par Pro Santé Connect a été abandonnée avant la fin.",
	    "Vous pouvez la recommencer, ou vous connecter avec votre adresse "
	    "électronique et votre mot de passe.", AGAIN, 403, false },
	[NOTICE_DOWN] = { "error", "Pro Santé Connect ne répond pas",
	    "Le service Pro Santé Connect ne répond pas en ce moment.",
	    "Connectez-vous avec votre adresse électronique et votre mot de "
	    "passe, ou réessayez dans quelques minutes.", BY_MAIL, 503, false },
	[NOTICE_UNTRUSTED] = { "error", "Réponse non vérifiée",
	    "La réponse reçue de Pro Santé Connect n’a pas pu être vérifiée. "
	    "Par sécurité, aucun accès n’a été ouvert.",
	    "Recommencez une fois. Si le refus persiste, connectez-vous avec "
	    "votre adresse électronique et signalez-le au support.", AGAIN,
	    400, true },
	[NOTICE_LEVEL] = { "warning", "Authentification trop faible",
	    "Pro Santé Connect vous a identifié avec un niveau de garantie "
	    "insuffisant pour ce service.",
	    "Recommencez avec votre carte CPS dans son lecteur, ou avec "
	    "l’application e-CPS.", AGAIN, 403, false },
	[NOTICE_SETUP] = { "error", "Pro Santé Connect indisponible ici",
	    "Pro Santé Connect a refusé la demande de ce site. Vous n’y êtes "
	    "pour rien.", "Connectez-vous avec votre adresse électronique et "
	    "votre mot de passe, et signalez cette page au support.", BY_MAIL,
	    503, true },
	[NOTICE_DISABLED] = { "error", "Compte désactivé",
	    "Le compte lié à cette carte est désactivé.",
	    "Demandez sa réactivation au support.", BY_MAIL, 403, true },
	[NOTICE_TAKEN] = { "error", "Carte ou compte déjà lié",
	    "Cette carte est déjà liée à un autre compte, ou ce compte à une "
	    "autre carte.", "Si vous avez changé de carte ou de compte, "
	    "demandez au support de défaire l’ancien lien.", BY_MAIL, 409, true },
	[NOTICE_EXPIRED] = { "warning", "Délai dépassé",
	    "Le lien entre votre carte et votre compte devait être fait dans "
	    "les dix minutes, dans le navigateur où il a été commencé.",
	    "Recommencez la connexion par Pro Santé Connect.", AGAIN, 400, false },
	[NOTICE_OTHER_ACCOUNT] = { "warning", "Session changée",
	    "Le compte qui a demandé à lier une carte n’est plus celui qui est "
	    "connecté dans ce navigateur. Rien n’a été lié.",
	    "Connectez-vous avec le compte voulu, puis recommencez.", BY_MAIL,
	    403, false },
};

/* What each refusal looks like from outside; the rest is « untrusted ». */
static const struct { enum oidc_reason why; enum notice notice; } others[] = {
	{ OIDC_STATE, NOTICE_AGAIN }, { OIDC_NO_CODE, NOTICE_AGAIN },
	{ OIDC_NONCE, NOTICE_AGAIN }, { OIDC_EXP, NOTICE_AGAIN },
	{ OIDC_CANCELLED, NOTICE_CANCELLED }, { OIDC_ACR, NOTICE_LEVEL },
	{ OIDC_DOWN, NOTICE_DOWN }, { OIDC_SLOW, NOTICE_DOWN },
	{ OIDC_ERROR, NOTICE_SETUP }, { OIDC_REDEEM, NOTICE_SETUP },
	{ OIDC_DISCOVERY, NOTICE_SETUP }, { OIDC_KEYS, NOTICE_SETUP },
	{ OIDC_TOO_LARGE, NOTICE_SETUP },
};

enum status
psc_notice(struct request *rq, struct response *rs, enum notice n)
{
	struct view *v = page_begin(rq, notices[n].title, NAV_NONE);

	view_text(v, K_kind, notices[n].kind);
	view_text(v, K_what, notices[n].what);
	view_text(v, K_advice, notices[n].advice);
	view_text(v, K_href, notices[n].href);
	view_text(v, K_action, notices[n].action);
	view_flag(v, K_call, notices[n].call);
	view_text(v, K_request_id, rq->id);
	rs->http = notices[n].http;
	if (rs->http == 503)
		rs->retry_after = "5";
	return page_end(rq, rs, PAGE_psc_notice, v);
}

enum status
psc_refuse(struct request *rq, struct response *rs, enum notice n,
    const char *reason, const char *account_id)
{
	struct rows r;
	enum status st;

	db_rollback(rq->db);
	fault_set(&rq->fault, "psc refused: %s", reason);
	if ((st = db_write(rq->db, Q_psc_audit, DB_ARGS("sign_in_refused",
	    account_id, client_address(rq), reason), &r)) != ST_OK)
		return st;
	return psc_notice(rq, rs, n);
}

enum status
psc_refuse_answer(struct request *rq, struct response *rs,
    enum oidc_reason why)
{
	enum notice n = NOTICE_UNTRUSTED;
	size_t i;

	for (i = 0; i < N_ELEM(others); i++)
		if (others[i].why == why)
			n = others[i].notice;
	return psc_refuse(rq, rs, n, oidc_reason_name(why), NULL);
}
