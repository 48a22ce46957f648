#include "domain/capacity.h"

#include <string.h>

#include "base/str.h"

static const struct {
	const char	*name;
	int		 indicator;
} fields[CAP__MAX] = {
	[CAP_INST]	= { "inst", 1 },
	[CAP_FERM_NR]	= { "ferm_nr", 2 },
	[CAP_DISPO_IND]	= { "dispo_ind", 4 },
	[CAP_SUPPL_MOB]	= { "suppl_mob", 9 },
};

const char *
capacity_field_name(enum capacity_field f)
{
	return fields[f].name;
}

int
capacity_indicator(enum capacity_field f)
{
	return fields[f].indicator;
}

/* What is wrong with a number that is not one of ours. */
static const char *
number_error(const char *s)
{
	if (s[0] == '-' && s[1] != '\0' &&
	    strspn(s + 1, "0123456789") == strlen(s + 1))
		return "Un nombre négatif n’est pas possible.";
	if (strspn(s, "0123456789") == strlen(s))
		return "Le nombre est trop grand : 9999 au plus.";
	return "Saisissez un nombre entier en chiffres, de 0 à 9999.";
}

static const char *
read_value(struct arena *a, enum capacity_field f, const char *typed,
    int *ret)
{
	const char *s = str_trim(a, typed);
	int64_t n;

	*ret = CAP_NULL;
	if (s[0] == '\0')
		return f == CAP_INST ? "Indiquez le nombre installé, 0 s’il "
		    "n’y en a pas." : NULL;
	if (str_to_int(s, CAP_VALUE_MAX, &n) != ST_OK)
		return number_error(s);
	*ret = (int)n;
	return NULL;
}

/* One line of text: control bytes become spaces. */
static const char *
read_comment(struct arena *a, const char *typed, const char **ret)
{
	char *s = str_trim(a, typed);
	size_t chars = 0, i;

	for (i = 0; s[i] != '\0'; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x20 || c == 0x7f)
			s[i] = ' ';
		chars += (c & 0xc0) != 0x80;
	}
	*ret = str_trim(a, s);
	return chars <= CAP_COMMENT_MAX ? NULL :
	    arena_printf(a, "Le commentaire est trop long : %zu caractères, "
	    "%d au plus.", chars, CAP_COMMENT_MAX);
}

static void
refuse(struct capacity_entry *e, const char *field, const char *error)
{
	if (e->error != NULL || error == NULL)
		return;
	e->bad = field;
	e->error = error;
}

bool
capacity_entry_read(struct arena *a, struct capacity_entry *e)
{
	int f;

	e->bad = e->error = e->comment = NULL;
	for (f = 0; f < CAP__MAX; f++) {
		e->value[f] = CAP_NULL;
		if (e->typed[f] != NULL)
			refuse(e, fields[f].name, read_value(a,
			    (enum capacity_field)f, e->typed[f],
			    &e->value[f]));
	}
	if (e->typed[CAP_INST] != NULL && e->value[CAP_INST] != CAP_NULL &&
	    e->value[CAP_FERM_NR] > e->value[CAP_INST])
		refuse(e, fields[CAP_FERM_NR].name, arena_printf(a,
		    "Il y a plus de fermés (%d) que d’installés (%d).",
		    e->value[CAP_FERM_NR], e->value[CAP_INST]));
	if (e->typed_comment != NULL)
		refuse(e, CAP_COMMENT_FIELD, read_comment(a,
		    e->typed_comment, &e->comment));
	return e->error == NULL;
}

bool
capacity_key_valid(const char *s)
{
	size_t i;

	for (i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (s[i] == '\0' || (s[i] == '-') != dash || (!dash &&
		    strchr("0123456789abcdefABCDEF", s[i]) == NULL))
			return false;
	}
	return s[36] == '\0';
}
