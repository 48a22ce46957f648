#include "menu.h"

#include "routes.h"

static const char *const labels[MENU__MAX] = {
	[MENU_PEOPLE]	= "Comptes",
	[MENU_CAPACITY]	= "Remontées et saisie",
	[MENU_SETTINGS]	= "Réglages",
	[MENU_REPORTS]	= "Rapports",
};

static const struct menu_tool tools[] = {
	{ MENU_CAPACITY, "/administration/remontees",
	    "Remontées automatiques", "Les logiciels qui envoient des "
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
