/* admin_words.c - refusals and events of the administration, in French. */
#include <string.h>

#include "auth/admin.h"
#include "base/french.h"
#include "journal_words.h"

static const struct refusal refusals[] = {
	{ "self", 422, "C’est votre propre compte\u202f: un autre "
	    "administrateur doit le faire." },
	{ "changed", 409, "Quelqu’un d’autre vient de modifier ce compte\u202f"
	    ": rien n’est enregistré. Voici son état actuel." },
	{ "rules", 409, "Quelqu’un d’autre vient de modifier ces règles\u202f: "
	    "rien n’est enregistré. Voici leur état actuel." },
	{ "request", 409, "Quelqu’un d’autre vient de répondre à cette "
	    "demande." },
	{ "again", 409, "C’était déjà le cas\u202f: rien n’a changé." },
	{ "over", 409, "Cette invitation n’est plus ouverte." },
	{ "none", 409, "Il n’y avait plus rien à retirer." },
	{ "soon", 422, "Ce message vient de partir\u202f: attendez cinq "
	    "minutes avant de le renvoyer." },
	{ "reason", 422, "Indiquez la raison, en 500 caractères au plus." },
	{ "place", 422, "Ce lieu n’existe pas, ou n’est plus ouvert." },
	{ "right", 403, "Vos droits ne vous permettent pas de donner ce "
	    "rôle à cet endroit." },
	{ "period", 422, "Ces dates ne conviennent pas." },
	{ "disabled", 422, "Ce compte est désactivé\u202f: réactivez-le "
	    "d’abord." },
	{ "nobody", 409, "Ce compte est anonymisé\u202f: il ne peut plus "
	    "servir. Invitez la personne." },
	{ "last", 422, "C’est le dernier administrateur de la France entière"
	    "\u202f: donnez d’abord ce rôle à quelqu’un d’autre." },
	{ "mail", 422, "Indiquez une adresse électronique, par exemple "
	    "nom@domaine.fr." },
	{ "name", 422, "Indiquez le prénom et le nom, en 200 caractères au "
	    "plus." },
	{ "role", 422, "Choisissez un rôle." },
	{ "error", 422, "Cette action n’a pas été comprise." },
};

const struct refusal *
admin_refusal(const char *outcome)
{
	size_t i;

	if (strcmp(outcome, "ok") == 0)
		return NULL;
	for (i = 0; i < N_ELEM(refusals) - 1; i++)
		if (strcmp(refusals[i].outcome, outcome) == 0)
			break;
	return &refusals[i];
}

enum status
admin_outcome(const char *outcome)
{
	return strcmp(outcome, "denied") == 0 ? ST_DENIED :
	    strcmp(outcome, "unknown") == 0 ? ST_NOTFOUND : ST_OK;
}

const char *
admin_id(struct request *rq)
{
	return db_int(rq->db, rq->session.account_id);
}

const char *
admin_now(struct request *rq)
{
	return instant_sql(rq->arena, rq->now);
}

static const char *
trimmed(struct request *rq, const char *s)
{
	s = s == NULL ? "" : str_trim(rq->arena, s);
	return s[0] == '\0' ? NULL : s;
}

const char *
admin_typed(struct request *rq, const char *field)
{
	return trimmed(rq, request_form(rq, field));
}

const char *
admin_asked(struct request *rq, const char *field)
{
	return trimmed(rq, request_query(rq, field));
}

const char *
admin_number(struct request *rq, const char *text, int64_t max)
{
	int64_t n;

	return text == NULL || str_to_int(text, max, &n) != ST_OK ?
	    NULL : db_int(rq->db, n);
}

bool
admin_longer(const char *text, size_t max)
{
	size_t n = 0;

	for (; *text != '\0'; text += utf8_len(text))
		n++;
	return n > max;
}

const char *
admin_day(struct request *rq, int64_t at)
{
	return fr_date(rq->arena, zone_day(rq->app->paris, at));
}

const char *
admin_event(struct arena *a, const char *event, const char *reason)
{
	const struct event_word *w = event_word(event);
	const char *what = w == NULL ? event : w->label;

	return reason == NULL ? what : arena_printf(a, "%s\u202f: %s", what,
	    detail_value(a, "reason", reason));
}
