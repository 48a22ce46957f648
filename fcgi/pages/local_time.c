#include "pages/local_time.h"

#include <string.h>

bool
local_instant_given(const char *day, const char *time)
{
	return (day != NULL && day[0] != '\0') ||
	    (time != NULL && time[0] != '\0');
}

/* "14:30", and with seconds as some browsers send them. */
enum status
local_second(const char *s, int32_t *ret)
{
	static const char form[] = "dd:dd:dd";
	size_t n = strlen(s), i;
	int part[3] = { 0, 0, 0 };

	if (n != 5 && n != 8)
		return ST_INPUT;
	for (i = 0; i < n; i++) {
		if (form[i] == ':' ? s[i] != ':' : s[i] < '0' || s[i] > '9')
			return ST_INPUT;
		if (form[i] == 'd')
			part[i / 3] = part[i / 3] * 10 + (s[i] - '0');
	}
	if (part[0] > 23 || part[1] > 59 || part[2] > 59)
		return ST_INPUT;
	*ret = part[0] * 3600 + part[1] * 60 + part[2];
	return ST_OK;
}

enum status
local_instant(const struct zone *z, const char *day, const char *time,
    int32_t no_time_s, int64_t *ret_utc)
{
	int32_t d, s = no_time_s;
	enum status st;

	if (day == NULL)
		return ST_INPUT;
	if ((st = day_parse(day, &d)) != ST_OK ||
	    (time != NULL && time[0] != '\0' &&
	    (st = local_second(time, &s)) != ST_OK))
		return st;
	*ret_utc = s == 86400 ? zone_day_start(z, d + 1) :
	    zone_instant(z, d, s);
	return ST_OK;
}

char *
local_time_text(struct arena *a, const struct zone *z, int64_t at_utc)
{
	int64_t s = at_utc + zone_offset_s(z, at_utc);

	s = (s % 86400 + 86400) % 86400;
	return arena_printf(a, "%02d:%02d", (int)(s / 3600),
	    (int)(s / 60 % 60));
}

const char *
local_zone_label(const struct zone *z)
{
	return strcmp(zone_name(z), "Europe/Paris") == 0 ? "heure de Paris" :
	    "heure locale de l’établissement";
}
