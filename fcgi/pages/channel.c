/* channel.c - places to manual entry and back to their feed, in one click. */
#include <stdlib.h>
#include <string.h>

#include "base/french.h"
#include "handlers.h"
#include "local_path.h"
#include "pages/sentinel.h"

#define NB	"\xe2\x80\xaf"		/* U+202F */

static const char *const words[] = { [CHANNEL_FEED] = "remontee",
	[CHANNEL_MANUAL] = "manuel" };

const char *
channel_alert(struct request *rq)
{
	const char *mode = request_query(rq, "canal");
	const char *places = request_query(rq, "lieux");
	const char *since = request_query(rq, "depuis");
	struct arena *a = rq->arena;
	int64_t n, at;
	bool manual;

	if (mode == NULL || places == NULL || since == NULL ||
	    str_to_int(places, 100000, &n) != ST_OK ||
	    str_to_int(since, rq->now + 60, &at) != ST_OK)
		return NULL;
	manual = strcmp(mode, words[CHANNEL_MANUAL]) == 0;
	if (!manual && strcmp(mode, words[CHANNEL_FEED]) != 0)
		return NULL;
	if (n == 0)
		return manual ? "C’était déjà en saisie manuelle." :
		    "La remontée était déjà en service.";
	if (manual)
		return arena_printf(a, "%s en saisie manuelle" NB ": les "
		    "valeurs de la remontée automatique y sont refusées. "
		    "Saisissez les vôtres.", fr_count(a, n, "lieu est passé",
		    "lieux sont passés"));
	return arena_printf(a, "%s à la remontée automatique" NB ": ses "
	    "valeurs y comptent à partir du %s. Vos saisies d’avant restent, "
	    "et ce qu’elle avait gardé pendant ce temps ne les remplacera "
	    "pas.", fr_count(a, n, "lieu est revenu", "lieux sont revenus"),
	    fr_instant(a, rq->app->paris, at));
}

/* Where the form was, with what was done: an older answer makes way. */
static const char *
back(struct request *rq, enum channel_mode mode, int64_t n, int64_t since)
{
	struct arena *a = rq->arena;
	const char *path = local_path(request_form(rq, "retour"), "/accueil");
	size_t len = strcspn(path, "#");
	const char *part = path + len;
	char *self = arena_strndup(a, path, len);
	char *old = strstr(self, "canal=");

	if (old != NULL && old > self && (old[-1] == '?' || old[-1] == '&'))
		old[-1] = '\0';
	return arena_printf(a, "%s%ccanal=%s&lieux=%lld&depuis=%lld%s", self,
	    strchr(self, '?') == NULL ? '?' : '&', words[mode], (long long)n,
	    (long long)(since < 0 ? rq->now : since), part);
}

static enum status
change(struct request *rq, struct response *rs, enum channel_mode mode)
{
	const char *reach = request_form(rq, "portee");
	struct channel_change c = { .account_id = rq->session.account_id,
	    .address = rq->address, .mode = mode,
	    .place_id = strtoll(request_arg(rq, 0) + 1, NULL, 10),
	    .site = reach != NULL && strcmp(reach, "site") == 0 };
	int64_t n, since;
	enum status st;

	st = channel_set(rq->db, &c, &n, &since);
	if (st == ST_NOTFOUND)
		return response_error(rs, st, "Ce lieu n’existe pas ou "
		    "n’existe plus.");
	if (st == ST_DENIED)
		return response_error(rs, st, "Ce lieu n’est pas dans votre "
		    "périmètre" NB ": rien n’est changé.");
	if (st != ST_OK)
		return st;
	if (rq->wants_json)
		response_json(rs, arena_printf(rq->arena, "{\"canal\":\"%s\","
		    "\"lieux\":%lld,\"depuis\":\"%s\"}\n", words[mode],
		    (long long)n, instant_iso(rq->arena, rq->app->paris,
		    since < 0 ? rq->now : since)));
	else
		response_redirect(rs, back(rq, mode, n, since));
	return ST_OK;
}

enum status
page_channel_manual(struct request *rq, struct response *rs)
{
	return change(rq, rs, CHANNEL_MANUAL);
}

enum status
page_channel_feed(struct request *rq, struct response *rs)
{
	return change(rq, rs, CHANNEL_FEED);
}
