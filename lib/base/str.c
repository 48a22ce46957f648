#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 256 };

void
str_init(struct str *s, size_t max_bytes)
{
	*s = (struct str){ .max = max_bytes };
}

void
str_free(struct str *s)
{
	free(s->data);
	*s = (struct str){ .max = s->max };
}

void
str_reset(struct str *s)
{
	s->len = 0;
	s->broken = false;
	if (s->data != NULL)
		s->data[0] = '\0';
}

bool
str_ok(const struct str *s)
{
	return !s->broken;
}

/* Room for n more bytes and the NUL; false when the string breaks. */
static bool
str_room(struct str *s, size_t n)
{
	size_t cap = s->cap == 0 ? FIRST_BYTES : s->cap;
	char *p;

	if (s->broken)
		return false;
	if (n > s->max || s->len > s->max - n) {
		s->broken = true;
		return false;
	}
	if (s->cap > s->len && s->cap - s->len > n)
		return true;
	while (cap - s->len <= n)
		cap *= 2;
	if ((p = realloc(s->data, cap)) == NULL) {
		s->broken = true;
		return false;
	}
	s->data = p;
	s->cap = cap;
	return true;
}

void
str_addn(struct str *s, const char *p, size_t n)
{
	if (!str_room(s, n))
		return;
	memcpy(s->data + s->len, p, n);
	s->len += n;
	s->data[s->len] = '\0';
}

void
str_add(struct str *s, const char *p)
{
	str_addn(s, p, strlen(p));
}

void
str_addc(struct str *s, char c)
{
	str_addn(s, &c, 1);
}

void
str_addf(struct str *s, const char *fmt, ...)
{
	va_list ap, again;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		s->broken = true;
	else if (str_room(s, (size_t)len)) {
		(void)vsnprintf(s->data + s->len, (size_t)len + 1, fmt, ap);
		s->len += (size_t)len;
	}
	va_end(ap);
}

void
str_add_int(struct str *s, int64_t n)
{
	char buf[24];
	char *p = buf + sizeof(buf);
	uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		*--p = (char)('0' + u % 10);
		u /= 10;
	} while (u != 0);
	if (n < 0)
		*--p = '-';
	str_addn(s, p, (size_t)(buf + sizeof(buf) - p));
}

void
str_add_html(struct str *s, const char *p)
{
	for (;;) {
		size_t n = strcspn(p, "&<>\"'");

		str_addn(s, p, n);
		p += n;
		switch (*p++) {
		case '&': str_add(s, "&amp;"); break;
		case '<': str_add(s, "&lt;"); break;
		case '>': str_add(s, "&gt;"); break;
		case '"': str_add(s, "&quot;"); break;
		case '\'': str_add(s, "&#39;"); break;
		default: return;
		}
	}
}

static bool
url_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	    c == '~';
}

void
str_add_url(struct str *s, const char *p)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (url_plain(c)) {
			str_addc(s, *p);
		} else {
			const char enc[3] = { '%', hex[c >> 4], hex[c & 15] };

			str_addn(s, enc, sizeof(enc));
		}
	}
}

size_t
utf8_len(const char *s)
{
	unsigned char c = (unsigned char)*s;

	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* Bytes of a valid character at p, 0 if none; n bytes are left. */
static size_t
utf8_step(const unsigned char *p, size_t n)
{
	size_t len, i;

	if (p[0] < 0x80)
		return p[0] != 0;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = utf8_len((const char *)p);
	if (len > n)
		return 0;
	for (i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

bool
utf8_valid(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;

	while (n > 0) {
		size_t len = utf8_step(p, n);

		if (len == 0)
			return false;
		p += len;
		n -= len;
	}
	return true;
}

enum status
str_to_int(const char *s, int64_t max, int64_t *ret_n)
{
	int64_t n = 0;

	if (*s == '\0')
		return ST_INPUT;
	for (; *s != '\0'; s++) {
		int d = *s - '0';

		if (d < 0 || d > 9 || n > (max - d) / 10)
			return ST_INPUT;
		n = n * 10 + d;
	}
	*ret_n = n;
	return ST_OK;
}

bool
str_equal_secret(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), i;
	unsigned diff = la != lb;

	for (i = 0; i < la && lb > 0; i++)
		diff |= (unsigned)(unsigned char)a[i] ^
		    (unsigned char)b[i % lb];
	return diff == 0;
}

char *
str_trim(struct arena *a, const char *s)
{
	size_t n;

	s += strspn(s, " \t\r\n");
	n = strlen(s);
	while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
		n--;
	return arena_strndup(a, s, n);
}
