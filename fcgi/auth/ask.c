/* ask.c - anybody asks for an account; an administrator answers later. */
#include <string.h>

#include "auth/enter.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(error_message) X(nom) X(mail)		\
	X(etablissement) X(motif) X(roles) X(role_value) X(role_text)	\
	X(selected) X(asked) X(departements) X(code) X(label)
PAGE_SPEC(ask, "ask.html", KEYS);

enum { REASON_MAX = 1000, TEXT_MAX = 200, MAIL_MAX = 254 };

/* What one may ask for; the others are given, not asked for. */
static const struct wanted { enum role role; const char *text; } wanted[] = {
	{ ROLE_CLINICIAN, "Professionnel de santé\u202f: chercher une "
	    "structure, consulter les disponibilités" },
	{ ROLE_BED_MANAGER, "Responsable de disponibilités\u202f: mettre à "
	    "jour les lits et places" },
	{ ROLE_EDITOR, "Référent\u202f: décrire l’offre de l’établissement" },
	{ ROLE_DIRECTOR, "Direction\u202f: valider les dossiers" },
	{ ROLE_ANALYST, "Agence régionale de santé\u202f: rapports" },
};

static void
role_row(struct view *v, size_t i, const void *data)
{
	const char *chosen = data;
	const char *name = role_name(wanted[i].role);

	view_text(v, K_role_value, name);
	view_text(v, K_role_text, wanted[i].text);
	view_flag(v, K_selected, chosen != NULL && strcmp(chosen, name) == 0);
}

/* Says which steward reads the request. */
static void
departement_row(struct view *v, size_t i, const void *data)
{
	const struct request *rq = data;
	const struct departement *d = &rq->app->geo.departements[i];
	const char *chosen = request_form(rq, "departement");

	view_text(v, K_code, d->code);
	view_text(v, K_label, d->name);
	view_flag(v, K_selected, chosen != NULL && strcmp(chosen, d->code) ==
	    0);
}

static const char *
typed(struct request *rq, const char *field)
{
	const char *v = request_form(rq, field);

	return v == NULL ? "" : str_trim(rq->arena, v);
}

static struct view *
form_view(struct request *rq)
{
	struct view *v = page_begin(rq, "Demander un compte", NAV_NONE);

	view_text(v, K_nom, typed(rq, "nom"));
	view_text(v, K_mail, typed(rq, "mail"));
	view_text(v, K_etablissement, typed(rq, "etablissement"));
	view_text(v, K_motif, typed(rq, "motif"));
	view_list(v, K_departements, rq->app->geo.n_departements,
	    departement_row, rq);
	view_list(v, K_roles, N_ELEM(wanted), role_row, typed(rq, "role"));
	return v;
}

enum status
auth_ask_page(struct request *rq, struct response *rs)
{
	return page_end(rq, rs, PAGE_ask, form_view(rq));
}

static bool
text_valid(const char *s, size_t max)
{
	return s[0] != '\0' && strlen(s) <= max && s[strcspn(s, "\r\n")] ==
	    '\0';
}

/* The first thing that is missing, in French; NULL: nothing. */
static const char *
missing(struct request *rq)
{
	const char *mail = typed(rq, "mail"), *at = strchr(mail, '@');
	const char *role = typed(rq, "role");
	size_t i = 0;

	if (!text_valid(typed(rq, "nom"), TEXT_MAX))
		return "Indiquez votre prénom et votre nom.";
	if (!text_valid(mail, MAIL_MAX) || at == NULL || at == mail ||
	    at[1] == '\0' || strchr(mail, ' ') != NULL)
		return "Indiquez votre adresse électronique professionnelle.";
	if (!text_valid(typed(rq, "etablissement"), TEXT_MAX))
		return "Indiquez votre établissement, ou votre lieu "
		    "d’exercice.";
	if (typed(rq, "departement")[0] != '\0' && geography_departement(
	    &rq->app->geo, typed(rq, "departement")) == NULL)
		return "Choisissez votre département dans la liste.";
	while (i < N_ELEM(wanted) && strcmp(role_name(wanted[i].role), role) !=
	    0)
		i++;
	if (i == N_ELEM(wanted))
		return "Choisissez ce que vous voulez faire avec ce compte.";
	if (strlen(typed(rq, "motif")) > REASON_MAX)
		return "Le motif est trop long\u202f: 1\u202f000 caractères "
		    "au plus.";
	return NULL;
}

enum status
auth_ask(struct request *rq, struct response *rs)
{
	const char *error = missing(rq);
	struct view *v = form_view(rq);
	struct rows r;
	enum status st;

	if (error != NULL) {
		view_text(v, K_error_message, error);
		rs->http = 422;
		return page_end(rq, rs, PAGE_ask, v);
	}
	if ((st = db_write(rq->db, Q_account_ask, DB_ARGS(typed(rq, "nom"),
	    typed(rq, "mail"), typed(rq, "etablissement"),
	    typed(rq, "departement")[0] == '\0' ? NULL :
	    typed(rq, "departement"), typed(rq, "role"), typed(rq, "motif"),
	    instant_sql(rq->arena, rq->now), client_address(rq)), &r)) !=
	    ST_OK)
		return st;
	if (row_bool(&r, 0, COL_account_ask_kept)) {
		view_flag(v, K_asked, true);
		return page_end(rq, rs, PAGE_ask, v);
	}
	view_text(v, K_error_message, "Votre demande n’est pas enregistrée"
	    "\u202f: trop de demandes sont venues aujourd’hui de cette adresse "
	    "ou de votre réseau. Une demande déjà faite reste valable\u202f; "
	    "sinon, recommencez demain ou appelez le support.");
	rs->http = status_http(ST_RATE);
	return page_end(rq, rs, PAGE_ask, v);
}
