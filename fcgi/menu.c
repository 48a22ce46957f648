#include "menu.h"

#include "routes.h"

static const char *const labels[MENU__MAX] = {
	[MENU_PEOPLE]	= "Comptes",
	[MENU_CAPACITY]	= "Remontées et saisie",
	[MENU_SETTINGS]	= "Réglages",
	[MENU_REPORTS]	= "Rapports",
	[MENU_WORK]	= "Consulter et saisir",
	[MENU_OWN]	= "Votre accès",
	[MENU_SITE]	= "À propos du site",
};

static const struct menu_tool tools[] = {
	{ MENU_PEOPLE, "/administration/comptes", "Comptes",
	    "Chercher une personne, lui donner ou retirer un droit, "
	    "désactiver son compte." },
	{ MENU_PEOPLE, "/administration/comptes/invitations",
	    "Invitations ouvertes", "Inviter une personne par messagerie, "
	    "renvoyer ou retirer une invitation." },
	{ MENU_PEOPLE, "/administration/demandes", "Demandes de compte",
	    "Accepter ou refuser ceux qui demandent un accès." },
	{ MENU_PEOPLE, "/administration/comptes/regles", "Règles des comptes",
	    "Qui donne quel rôle, et quels rôles demandent un second "
	    "facteur." },
	{ MENU_PEOPLE, "/administration/journal", "Journal",
	    "Connexions, refus, droits et réglages\u202f: qui a fait quoi, "
	    "quand et d’où." },
	{ MENU_CAPACITY, "/administration/remontees",
	    "Logiciels raccordés", "Les logiciels qui envoient ou consultent "
	    "capacités : établissements, accès, dernières valeurs." },
	{ MENU_CAPACITY, "/administration/sentinelle", "Sentinelle",
	    "Les remontées et les lieux dont on n’a plus de nouvelles." },
	{ MENU_SETTINGS, "/administration/saisie", "Réglages de la saisie",
	    "Les tableaux, les indicateurs et les disciplines saisis dans "
	    "chaque région." },
	{ MENU_SETTINGS, "/administration/categories", "Catégories",
	    "Les lignes de la page des disponibilités et leur ordre." },
	{ MENU_REPORTS, "/rapports/appels", "Exactitude au téléphone",
	    "Ce que les appels ont confirmé ou non, par établissement." },
	{ MENU_WORK, "/accueil", "Accueil", "Ce qui attend d’être mis à jour, "
	    "et vos accès rapides." },
	{ MENU_WORK, "/disponibilites", "Disponibilités", "Les lits et places "
	    "libres, par discipline et par territoire." },
	{ MENU_WORK, "/repertoire", "Répertoire", "Les établissements et leurs "
	    "unités\u202f: recherche et fiches." },
	{ MENU_WORK, "/capacitaire/lits", "Saisie des lits", "Vos lits "
	    "d’hospitalisation." },
	{ MENU_WORK, "/capacitaire/places", "Saisie des places", "Vos places "
	    "d’hospitalisation de jour et à domicile." },
	{ MENU_WORK, "/capacitaire/places-medico-sociales", "Saisie des places "
	    "médico-sociales", "Vos places d’accueil et d’accompagnement." },
	{ MENU_WORK, "/capacitaire/import", "Saisie par fichier", "Beaucoup de "
	    "chiffres à la fois, d’un tableur." },
	{ MENU_WORK, "/capacitaire/fermetures", "Fermetures programmées",
	    "Les lits et places fermés à l’avance." },
	{ MENU_WORK, "/capacitaire/jour", "Un jour passé", "Les chiffres tels "
	    "qu’ils étaient, et leur historique." },
	{ MENU_WORK, "/rapports", "Rapports", "Occupation, disponibilités et "
	    "fermetures par territoire." },
	{ MENU_OWN, "/connexion", "Connexion", "Par adresse électronique ou "
	    "par carte." },
	{ MENU_OWN, "/auth/oubli", "Mot de passe oublié", "Recevoir un lien "
	    "pour en choisir un nouveau." },
	{ MENU_OWN, "/auth/demande", "Demander un compte", "Pour qui n’en a "
	    "pas encore." },
	{ MENU_OWN, "/mon-compte", "Mon compte", "Vos droits, vos sessions, "
	    "vos moyens de connexion." },
	{ MENU_OWN, "/auth/mot-de-passe", "Changer de mot de passe", "Celui "
	    "de votre compte." },
	{ MENU_OWN, "/mon-compte/second-facteur", "Second facteur", "Un code "
	    "de votre téléphone après le mot de passe." },
	{ MENU_OWN, "/auth/psc/carte", "Ma carte", "Lier ou délier votre "
	    "carte professionnelle." },
	{ MENU_SITE, "/assistance", "Assistance", "Qui appeler, et quoi "
	    "dire." },
	{ MENU_SITE, "/accessibilite", "Accessibilité", "Ce qui est accessible, "
	    "ce qui ne l’est pas, comment le signaler." },
	{ MENU_SITE, "/mentions-legales", "Mentions légales", "Qui publie ce "
	    "site et qui l’héberge." },
	{ MENU_SITE, "/donnees-personnelles", "Données personnelles", "Ce qui "
	    "est conservé sur vous, pourquoi, combien de temps, vos droits." },
	{ MENU_SITE, "/cookies", "Cookies", "Ce que ce site dépose dans votre "
	    "navigateur." },
	{ MENU_SITE, "/conditions", "Conditions d’utilisation", "Ce à quoi "
	    "chacun s’engage." },
	{ MENU_SITE, "/plan-du-site", "Plan du site", "Toutes les pages qui "
	    "vous sont ouvertes." },
};

const char *
menu_group_label(enum menu_group group)
{
	return labels[group];
}

const struct menu_tool **
menu_tools(struct request *rq, enum menu_group group, size_t *ret_n)
{
	const struct menu_tool **v = ARENA_ARRAY(rq->arena,
	    N_ELEM(tools), const struct menu_tool *);
	size_t i, n = 0;

	for (i = 0; i < N_ELEM(tools); i++)
		if (tools[i].group == group && routes_open(rq, tools[i].path))
			v[n++] = &tools[i];
	*ret_n = n;
	return v;
}
