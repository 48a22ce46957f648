#include "domain/capacity.h"

#include <string.h>

#include "base/str.h"

const struct capacity_group_spec capacity_groups[CAP_G__MAX] = {
	[CAP_G_CAPACITY] = { "capacite", "Capacité", false },
	[CAP_G_FREE]	 = { "disponibles", "Disponibles", false },
	[CAP_G_USE]	 = { "occupation", "Occupation", true },
	[CAP_G_EXTRA]	 = { "supplementaires", "Supplémentaires", true },
	[CAP_G_FORECAST] = { "previsions", "Disponibles prévus", true },
	[CAP_G_CRISIS]	 = { "crise", "Crise", true },
};

#define INDICATOR(name, code, id, group)	name, code, id, CAP_G_##group
#define BOTH(head)	head, head

const struct capacity_spec capacity_fields[CAP__MAX] = {
	[CAP_INST] = { INDICATOR("inst", "INST", 1, CAPACITY), true, true,
	    "Installés", "Installées", "installés" },
	[CAP_FERM_NR] = { INDICATOR("ferm_nr", "FERM_NR", 2, CAPACITY), true,
	    false, "Fermés non réactivables", "Fermées non réactivables",
	    "fermés" },
	[CAP_FERM_R] = { INDICATOR("ferm_r", "FERM_R", 3, CAPACITY), false,
	    false, "Fermés réactivables", "Fermées réactivables",
	    "fermés réactivables" },
	[CAP_DISPO_IND] = { INDICATOR("dispo_ind", "DISPO_IND", 4, FREE), true,
	    false, "Indéterminés", "Indéterminées", "disponibles" },
	[CAP_DISPO_F] = { INDICATOR("dispo_f", "DISPO_F", 5, FREE), false,
	    false, BOTH("Femme"), "disponibles femme" },
	[CAP_DISPO_H] = { INDICATOR("dispo_h", "DISPO_H", 6, FREE), false,
	    false, BOTH("Homme"), "disponibles homme" },
	[CAP_OCC] = { INDICATOR("occ", "OCC", 7, USE), false, false,
	    "Occupés", "Occupées", "occupés" },
	[CAP_RES] = { INDICATOR("res", "RES", 8, USE), false, false,
	    "Réservés", "Réservées", "réservés" },
	[CAP_SUPPL_MOB] = { INDICATOR("suppl_mob", "SUPPL_MOB", 9, EXTRA),
	    true, false, "Mobilisés", "Mobilisées",
	    "supplémentaires mobilisés" },
	[CAP_SUPPL_SRH] = { INDICATOR("suppl_srh", "SUPPL_SRH", 10, EXTRA),
	    false, false, BOTH("Mobilisables sans RH"),
	    "mobilisables sans RH" },
	[CAP_SUPPL_ARH] = { INDICATOR("suppl_arh", "SUPPL_ARH", 11, EXTRA),
	    false, false, BOTH("Mobilisables avec RH"),
	    "mobilisables avec RH" },
	[CAP_PREV_1H] = { INDICATOR("prev_1h", "PREV_1H", 12, FORECAST), false,
	    false, BOTH("+ 1 h"), "prévus dans 1 heure" },
	[CAP_PREV_24H] = { INDICATOR("prev_24h", "PREV_24H", 13, FORECAST),
	    false, false, BOTH("+ 24 h"), "prévus dans 24 heures" },
	[CAP_PREV_48H] = { INDICATOR("prev_48h", "PREV_48H", 14, FORECAST),
	    false, false, BOTH("+ 48 h"), "prévus dans 48 heures" },
	[CAP_PREV_7J] = { INDICATOR("prev_7j", "PREV_7J", 15, FORECAST), false,
	    false, BOTH("+ 7 jours"), "prévus dans 7 jours" },
	[CAP_SRH_PMIE] = { INDICATOR("suppl_srh_pmie", "SUPPL_SRH_PMIE", 21,
	    CRISIS), false, false, BOTH("PMIE 1, sans RH"),
	    "mobilisables sans RH en PMIE 1" },
	[CAP_ARH_PMIE] = { INDICATOR("suppl_arh_pmie", "SUPPL_ARH_PMIE", 22,
	    CRISIS), false, false, BOTH("PMIE 1, avec RH"),
	    "mobilisables avec RH en PMIE 1" },
	[CAP_SRH_SSE] = { INDICATOR("suppl_srh_sse", "SUPPL_SRH_SSE", 23,
	    CRISIS), false, false, BOTH("SSE, sans RH"),
	    "mobilisables sans RH en SSE" },
	[CAP_ARH_SSE] = { INDICATOR("suppl_arh_sse", "SUPPL_ARH_SSE", 24,
	    CRISIS), false, false, BOTH("SSE, avec RH"),
	    "mobilisables avec RH en SSE" },
};

bool
capacity_is_shown(const struct capacity_shown *s, enum capacity_field f)
{
	if (s->mode == CAP_SIMPLE)
		return capacity_fields[f].simple;
	return (s->hidden & (1u << capacity_fields[f].group)) == 0;
}

const char *
capacity_head(enum capacity_mode mode, enum capacity_field f, bool slots)
{
	const struct capacity_spec *c = &capacity_fields[f];

	/* Alone over its column, a head says what it is about. */
	if (mode == CAP_SIMPLE && f == CAP_INST)
		return slots ? "Places installées" : "Lits installés";
	if (mode == CAP_SIMPLE && f == CAP_FERM_NR)
		return slots ? "Fermées" : "Fermés";
	if (mode == CAP_SIMPLE && f == CAP_SUPPL_MOB)
		return slots ? "Suppl. mobilisées" : "Suppl. mobilisés";
	return slots ? c->slot : c->bed;
}

enum capacity_field
capacity_field_named(const char *name)
{
	int f;

	for (f = 0; f < CAP__MAX; f++)
		if (strcmp(capacity_fields[f].name, name) == 0)
			break;
	return (enum capacity_field)f;
}

enum capacity_field
capacity_field_coded(const char *code)
{
	int f;

	for (f = 0; f < CAP__MAX; f++)
		if (strcmp(capacity_fields[f].code, code) == 0)
			break;
	return (enum capacity_field)f;
}

enum capacity_field
capacity_field_of(int64_t indicator)
{
	int f;

	for (f = 0; f < CAP__MAX; f++)
		if (capacity_fields[f].indicator == indicator)
			break;
	return (enum capacity_field)f;
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
		return capacity_fields[f].required ? "Indiquez le nombre "
		    "installé, 0 s’il n’y en a pas." : NULL;
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

/* Whether the figure was given and is a number. */
static bool
is_said(const struct capacity_entry *e, enum capacity_field f)
{
	return e->typed[f] != NULL && e->value[f] != CAP_NULL;
}

static int
sum_of(const struct capacity_entry *e, enum capacity_field f,
    enum capacity_field g)
{
	return (is_said(e, f) ? e->value[f] : 0) +
	    (is_said(e, g) ? e->value[g] : 0);
}

/* What the figures of one row can't be together; the database asks the same
 * of those that the row does not give. */
static void
read_together(struct arena *a, struct capacity_entry *e)
{
	int closed = sum_of(e, CAP_FERM_NR, CAP_FERM_R);
	int extra = sum_of(e, CAP_SUPPL_SRH, CAP_SUPPL_ARH);

	if (is_said(e, CAP_INST) && closed > e->value[CAP_INST])
		refuse(e, capacity_fields[is_said(e, CAP_FERM_NR) ?
		    CAP_FERM_NR : CAP_FERM_R].name, arena_printf(a,
		    "Il y a plus de fermés (%d) que d’installés (%d).",
		    closed, e->value[CAP_INST]));
	if ((is_said(e, CAP_SUPPL_SRH) || is_said(e, CAP_SUPPL_ARH)) &&
	    is_said(e, CAP_SUPPL_MOB) && e->typed[CAP_SUPPL_SRH] != NULL &&
	    e->typed[CAP_SUPPL_ARH] != NULL &&
	    e->value[CAP_SUPPL_MOB] > extra)
		refuse(e, capacity_fields[CAP_SUPPL_MOB].name, arena_printf(a,
		    "Il y a plus de mobilisés (%d) que de mobilisables (%d).",
		    e->value[CAP_SUPPL_MOB], extra));
}

bool
capacity_entry_read(struct arena *a, struct capacity_entry *e)
{
	int f;

	e->bad = e->error = e->comment = NULL;
	for (f = 0; f < CAP__MAX; f++) {
		e->value[f] = CAP_NULL;
		if (e->typed[f] != NULL)
			refuse(e, capacity_fields[f].name, read_value(a,
			    (enum capacity_field)f, e->typed[f],
			    &e->value[f]));
	}
	read_together(a, e);
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
