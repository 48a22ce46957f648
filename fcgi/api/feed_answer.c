#include "api/feed_answer.h"

#include <string.h>

#include "api/fhirpath.h"
#include "base/str.h"

#define NO_INDICATOR	"Les données fournies ne permettent pas de " \
	"déterminer l'indicateur à mettre à jour: Aucun indicateur présent " \
	"en base ne correspond"
#define CAPACITIES	"Location.extension.where(url='" CAPACITY_URL "')"
#define AT(name)	CAPACITY_EXPRESSION ".extension('" name "')"

/* What each outcome is; a sentence with %s takes the detail. */
static const struct {
	int		 http;
	const char	*code;
	const char	*diagnostics;
	const char	*expression;
} answers[FEED_OUTCOME__MAX] = {
	[FEED_OK]	 = { 200, "informational", "Capacité enregistrée",
			     NULL },
	[FEED_TOKEN]	 = { 401, "login", "Jeton d'accès inconnu ou expiré, "
			     "ou certificat différent de celui déclaré",
			     NULL },
	[FEED_SUSPENDED] = { 403, "suppressed", "Cette remontée est "
			     "suspendue : %s", NULL },
	[FEED_RIGHT]	 = { 403, "forbidden", "Ce jeton ne permet pas la "
			     "remontée (scope remontee)", NULL },
	[FEED_SITE]	 = { 403, "forbidden", "Cet établissement n'est pas "
			     "déclaré pour cette remontée", NULL },
	[FEED_UNKNOWN]	 = { 404, "not-found", "Aucun lieu ne correspond à "
			     "cet identifiant", NULL },
	[FEED_SEVERAL]	 = { 412, "multiple-matches", "Plusieurs lieux "
			     "correspondent à cet identifiant : précisez "
			     "l'établissement ({EG}/{code})", NULL },
	[FEED_INDICATOR] = { 400, "business-rule", NULL, NULL },
	[FEED_WRONG_NATURE] = { 400, "business-rule", "Indicateur %s : "
			     "L'attribut 'natureCapacite' a un code différent "
			     "de celui attendu", AT("capacityType") },
	[FEED_NO_ASSIGNMENT] = { 404, "not-found", "Cette affectation "
			     "temporaire n'est pas en cours sur ce lieu",
			     AT("temporaryAssignement") },
	[FEED_FUTURE]	 = { 400, "business-rule", "La date de mise à jour "
			     "est dans le futur de plus de 5 minutes",
			     AT("capacityUpdateDate") },
	[FEED_PAST]	 = { 400, "business-rule", "La date de mise à jour a "
			     "plus de 3 ans", AT("capacityUpdateDate") },
	[FEED_LOCKED]	 = { 400, "business-rule", "L'unité est en "
			     "indisponibilité totale : %s", NULL },
	[FEED_MANUAL]	 = { 400, "business-rule", "Ce lieu est en saisie "
			     "manuelle depuis le %s : les remontées "
			     "automatiques y sont refusées", NULL },
	[FEED_BEFORE]	 = { 400, "business-rule", "Ce lieu est revenu de la "
			     "saisie manuelle le %s : les valeurs d'avant "
			     "n'y comptent plus", NULL },
	[FEED_ABSENT]	 = { 404, "not-found", NO_INDICATOR, CAPACITIES },
	[FEED_TWICE]	 = { 400, "business-rule", "Indicateur %s : présent "
			     "plusieurs fois dans la demande", NULL },
	[FEED_CONFLICT]	 = { 412, "conflict", "Les capacités de ce lieu ont "
			     "changé depuis la version indiquée par If-Match",
			     NULL },
	[FEED_CLOSED]	 = { 400, "business-rule", "Il y aurait plus de "
			     "fermés que d'installés", CAPACITIES },
	[FEED_BEYOND]	 = { 400, "business-rule", "Il y aurait plus de "
			     "supplémentaires mobilisés que de mobilisables",
			     CAPACITIES },
};

static bool
site_valid(const char *s)
{
	return strlen(s) == 9 && strspn(s, "0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 9;
}

/* The national identifier of a structure is 1 and its FINESS number. */
static const char *
site_read(const char *s)
{
	return strlen(s) == 10 && s[0] == '1' ? s + 1 : s;
}

bool
feed_identifier(struct arena *a, const char *text, struct patch *p,
    struct feed_request *ret)
{
	const char *bar = text == NULL ? NULL : strrchr(text, '|');
	const char *slash;

	if (bar != NULL)
		text = bar + 1;
	if (text == NULL || text[0] == '\0') {
		patch_issue(p, 400, "required", "Le lieu est indiqué par "
		    "identifier={EG}/{code} ou identifier={code}", NULL);
		return false;
	}
	slash = strchr(text, '/');
	ret->site = slash == NULL ? NULL : site_read(arena_strndup(a, text,
	    (size_t)(slash - text)));
	ret->place = slash == NULL ? text : slash + 1;
	if (strlen(ret->place) > 64 ||
	    (ret->site != NULL && !site_valid(ret->site))) {
		patch_issue(p, 404, "not-found",
		    answers[FEED_UNKNOWN].diagnostics, NULL);
		return false;
	}
	return true;
}

int64_t
feed_if_match(const char *s)
{
	char digits[32];
	int64_t n;
	size_t len;

	if (s == NULL || strcmp(s, "*") == 0)
		return FEED_VERSION_ANY;
	if (strncmp(s, "W/", 2) == 0)
		s += 2;
	len = strlen(s);
	if (len < 3 || len - 2 >= sizeof(digits) || s[0] != '"' ||
	    s[len - 1] != '"')
		return FEED_VERSION_NONE;
	memcpy(digits, s + 1, len - 2);
	digits[len - 2] = '\0';
	/* What a GET gave: the version, a dot, and more. */
	digits[strcspn(digits, ".")] = '\0';
	return str_to_int(digits, INT64_MAX, &n) == ST_OK ? n :
	    FEED_VERSION_NONE;
}

const char *
feed_etag(struct arena *a, int64_t version)
{
	return arena_printf(a, "W/\"%lld\"", (long long)version);
}

/* An unknown tuple, as the published example says it. */
static void
indicator_unknown(struct arena *a, const struct feed_change *c,
    struct feed_answer *out)
{
	const char *codes = patch_codes(a, c->code);

	out->n_issues = 0;
	if (c->op != FEED_DELETE)
		out->issue[out->n_issues++] = (struct outcome_issue){
		    "business-rule", arena_printf(a, "Les valeurs du nouvel "
		    "objet ne correspondent pas à un indicateur valide : %s",
		    codes), CAPACITY_EXPRESSION };
	if (c->by_criteria)
		out->issue[out->n_issues++] = (struct outcome_issue){
		    "business-rule", arena_printf(a, "Les critères du FhirPath "
		    "ne correspondent pas à un indicateur valide : %s",
		    codes), NULL };
}

void
feed_answer(struct arena *a, const struct feed_request *q,
    const struct feed_result *r, struct feed_answer *ret)
{
	const char *text = answers[r->outcome].diagnostics;
	struct feed_answer out = { .http = answers[r->outcome].http,
	    .n_issues = 1 };
	const char *detail = r->detail == NULL ? "" : r->detail;

	if (text != NULL) {
		const char *hole = strstr(text, "%s");

		if (hole != NULL)
			text = arena_printf(a, "%.*s%s%s", (int)(hole - text),
			    text, detail, hole + 2);
		out.issue[0] = (struct outcome_issue){
		    answers[r->outcome].code, text,
		    answers[r->outcome].expression };
	} else {
		indicator_unknown(a, &q->v[r->change], &out);
	}
	out.done = r->outcome == FEED_OK;
	out.version = r->version;
	out.touched_utc = r->touched_utc;
	*ret = out;
}
