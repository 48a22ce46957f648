#include "auth/right_words.h"

#include <string.h>

#include "session.h"

const char *
right_role(const char *name)
{
	int i;

	for (i = 0; i < ROLE__MAX; i++)
		if (strcmp(role_name((enum role)i), name) == 0)
			return role_label((enum role)i);
	return name;
}

const char *
right_scope(struct arena *a, const char *scope, const char *code,
    const char *name)
{
	static const struct { const char *scope, *word; } words[] = {
		{ "region", "Région" }, { "departement", "Département" },
		{ "ej", "Entité juridique" }, { "eg", "Établissement" },
		{ "unit", "Unité" },
	};
	size_t i;

	if (strcmp(scope, "france") == 0)
		return "France entière";
	for (i = 0; i < N_ELEM(words) - 1; i++)
		if (strcmp(words[i].scope, scope) == 0)
			break;
	return arena_printf(a, name == NULL ? "%s %s" : "%s %s (%s)",
	    words[i].word, name == NULL ? code : name, code);
}
