/* public_data.c - what is kept on a person, and what a browser is given.
 *
 * Each period is read from the setting that the purge obeys (ror-report
 * purge), so that the page can't promise something else; each cookie that a
 * program sets has its line (tests/integration/t67-public.t compares them).
 */
#include "base/french.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(operator) X(operator_address) X(dpo_mail) \
	X(kept) X(what) X(why) X(how_long) X(cookies) X(name) X(set_when)
PAGE_SPEC(privacy, "privacy.html", KEYS);
const struct page_spec page_spec_cookies = { .file = "cookies.html",
	.keys = privacy_keys, .n_keys = K__MAX };

enum unit { MINUTES, DAYS, MONTHS };

/* « 12 mois » */
static const char *
period(struct request *rq, enum conf_key key, enum unit unit)
{
	static const struct { const char *one, *many; } words[] = {
		[MINUTES] = { "minute", "minutes" },
		[DAYS] = { "jour", "jours" }, [MONTHS] = { "mois", "mois" },
	};

	return fr_count(rq->arena, conf_int(rq->app->conf, key),
	    words[unit].one, words[unit].many);
}

static const char *
account_period(struct request *rq)
{
	bool close = conf_int(rq->app->conf, CONF_CLOSE_MONTHS) != 0;
	bool forget = conf_int(rq->app->conf, CONF_FORGET_MONTHS) != 0;

	return arena_printf(rq->arena, "Tant que le compte existe.%s%s%s%s%s%s",
	    close ? " Il est désactivé après " : "",
	    close ? period(rq, CONF_CLOSE_MONTHS, MONTHS) : "",
	    close ? " sans connexion." : "",
	    forget ? " Un compte désactivé est anonymisé après " : "",
	    forget ? period(rq, CONF_FORGET_MONTHS, MONTHS) : "",
	    forget ? "." : "");
}

static const char *
session_period(struct request *rq)
{
	return arena_printf(rq->arena, "Une session se ferme après %s sans "
	    "usage, et de toute façon après %s\u202f; elle est effacée la nuit "
	    "suivante.", fr_span(rq->arena, conf_int(rq->app->conf,
	    CONF_SESSION_IDLE_S)), fr_span(rq->arena, conf_int(rq->app->conf,
	    CONF_SESSION_MAX_S)));
}

/* One kind of data: until is before the period of the setting; of: a text of
 * its own instead. */
static const struct kept {
	const char	*what, *why, *before;
	enum conf_key	 setting;
	enum unit	 unit;
	const char	*(*of)(struct request *);
} kept[] = {
	{ "Nom, adresse électronique, rôles et leur étendue, dates de "
	    "connexion", "Vous reconnaître, et ne vous ouvrir que ce qui vous "
	    "revient.", NULL, CONF__MAX, MONTHS, account_period },
	{ "Mot de passe", "Vous reconnaître.", "Il n’est pas ici\u202f: "
	    "l’annuaire n’en garde qu’une empreinte, tant que votre compte y "
	    "existe.", CONF__MAX, MONTHS, NULL },
	{ "Sessions ouvertes\u202f: adresse de la machine, premier et dernier "
	    "usage", "Vous garder connecté, et vous montrer vos sessions.",
	    NULL, CONF__MAX, MONTHS, session_period },
	{ "Second facteur\u202f: secret chiffré, empreintes des codes de "
	    "secours", "Vérifier le code de votre téléphone.", "Jusqu’à ce "
	    "qu’il soit retiré.", CONF__MAX, MONTHS, NULL },
	{ "Carte professionnelle liée\u202f: numéro donné par Pro Santé "
	    "Connect, nom porté", "Ouvrir votre compte avec votre carte.",
	    "Jusqu’à l’anonymisation du compte, liens passés compris.",
	    CONF__MAX, MONTHS, NULL },
	{ "Demande de compte\u202f: nom, adresse, établissement, motif",
	    "Répondre à votre demande.", "Après la réponse, ou sans réponse "
	    "après la demande\u202f: ", CONF_KEEP_REQUESTS, MONTHS, NULL },
	{ "Invitation\u202f: nom, adresse, droit proposé", "Vous ouvrir un "
	    "compte.", "Une fois acceptée, retirée ou expirée\u202f: ",
	    CONF_KEEP_INVITATIONS, MONTHS, NULL },
	{ "Courriels envoyés\u202f: adresse, objet, issue", "Vous écrire, et "
	    "réessayer si l’envoi échoue.", "Après l’envoi\u202f: ",
	    CONF_KEEP_MAILS, DAYS, NULL },
	{ "Liens de mot de passe, connexions par carte non terminées",
	    "Mener à bien ce que vous avez commencé.", "",
	    CONF_KEEP_LINKS, MINUTES, NULL },
	{ "Journal de sécurité\u202f: connexions, refus, droits, réglages",
	    "Savoir qui a fait quoi, et déceler les intrusions.", "Les "
	    "événements restent, sous le numéro du compte. Les adresses des "
	    "machines s’en effacent après ", CONF_KEEP_ADDRESSES, MONTHS,
	    NULL },
	{ "Journaux techniques\u202f: adresse de la machine, page demandée",
	    "Faire fonctionner le site et le défendre.", "Au plus ",
	    CONF_KEEP_ADDRESSES, MONTHS, NULL },
	{ "Vos saisies\u202f: chiffres, commentaires, appels, date et auteur",
	    "Savoir d’où vient un chiffre qui a servi à orienter des "
	    "patients.", "Elles restent\u202f: ce sont des preuves. Quand le "
	    "compte est anonymisé, leur auteur n’est plus qu’un numéro.",
	    CONF__MAX, MONTHS, NULL },
	{ "Fichiers de saisie envoyés", "Les relire avec vous avant de les "
	    "enregistrer.", "Une heure pour décider, puis ",
	    CONF_KEEP_UPLOADS, DAYS, NULL },
	{ "Favoris, affichage choisi, conditions acceptées", "Retrouver vos "
	    "habitudes\u202f; garder la trace de votre accord.", "Jusqu’à "
	    "l’anonymisation du compte.", CONF__MAX, MONTHS, NULL },
};

static void
kept_row(struct view *v, size_t i, const void *data)
{
	struct request *rq = *(struct request *const *)data;
	const struct kept *k = &kept[i];

	view_text(v, K_what, k->what);
	view_text(v, K_why, k->why);
	if (k->of != NULL)
		view_text(v, K_how_long, k->of(rq));
	else if (k->setting == CONF__MAX)
		view_text(v, K_how_long, k->before);
	else
		view_text(v, K_how_long, arena_printf(rq->arena, "%s%s.",
		    k->before, period(rq, k->setting, k->unit)));
}

static const struct cookie {
	const char	*name, *set_when, *why, *how_long;
	bool		 psc;		/* only with Pro Santé Connect */
} cookies[] = {
	{ SESSION_COOKIE, "à la connexion", "Vous garder connecté. Il ne "
	    "contient qu’un nombre tiré au hasard.", "jusqu’à la déconnexion "
	    "ou la fermeture du navigateur", false },
	{ "ror_secours", "à la connexion", "Vous montrer les derniers lits "
	    "connus quand le service est en panne. Il n’ouvre que ces pages et "
	    "ne dit pas qui vous êtes.", "24 heures", false },
	{ "__Host-ror-psc", "au départ vers Pro Santé Connect", "Vérifier que "
	    "la connexion par carte finit dans le navigateur où elle a "
	    "commencé.", "10 minutes", true },
	{ "theme", "quand vous choisissez l’affichage clair ou sombre",
	    "Garder votre choix.", "un an", false },
	{ "departement", "quand vous choisissez un département dans les "
	    "disponibilités", "Vous y ramener la prochaine fois. Il n’est "
	    "envoyé qu’à ces pages.", "un an", false },
};

struct shown {
	const struct cookie	*v[N_ELEM(cookies)];
	size_t			 n;
};

static void
cookie_row(struct view *v, size_t i, const void *data)
{
	const struct shown *s = data;

	view_text(v, K_name, s->v[i]->name);
	view_text(v, K_set_when, s->v[i]->set_when);
	view_text(v, K_why, s->v[i]->why);
	view_text(v, K_how_long, s->v[i]->how_long);
}

static struct view *
begin(struct request *rq, const char *title)
{
	const struct conf *c = rq->app->conf;
	struct view *v = page_begin(rq, title, NAV_NONE);

	view_text(v, K_operator, conf_text(c, CONF_OPERATOR));
	view_text(v, K_operator_address, conf_text(c, CONF_OPERATOR_ADDRESS));
	view_text(v, K_dpo_mail, conf_text(c, CONF_DPO_MAIL));
	return v;
}

enum status
page_privacy(struct request *rq, struct response *rs)
{
	struct view *v = begin(rq, "Données personnelles");
	struct request **p = ARENA_NEW(rq->arena, struct request *);

	*p = rq;
	view_list(v, K_kept, N_ELEM(kept), kept_row, p);
	return page_end(rq, rs, PAGE_privacy, v);
}

enum status
page_cookies(struct request *rq, struct response *rs)
{
	struct view *v = begin(rq, "Cookies");
	struct shown *s = ARENA_NEW(rq->arena, struct shown);
	bool psc = conf_bool(rq->app->conf, CONF_PSC);
	size_t i;

	s->n = 0;
	for (i = 0; i < N_ELEM(cookies); i++)
		if (psc || !cookies[i].psc)
			s->v[s->n++] = &cookies[i];
	view_list(v, K_cookies, s->n, cookie_row, s);
	return page_end(rq, rs, PAGE_cookies, v);
}
