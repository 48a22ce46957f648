#include "base/fold.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* U+00C0 to U+017F, each as its plain letters. */
static const char latin[0x180 - 0xc0][3] = {
	"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i",
	"i", "i", "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u",
	"u", "y", "th", "ss", "a", "a", "a", "a", "a", "a", "ae", "c", "e",
	"e", "e", "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o", "o",
	"", "o", "u", "u", "u", "u", "y", "th", "y",
	"a", "a", "a", "a", "a", "a", "c", "c", "c", "c", "c", "c", "c", "c",
	"d", "d", "d", "d", "e", "e", "e", "e", "e", "e", "e", "e", "e", "e",
	"g", "g", "g", "g", "g", "g", "g", "g", "h", "h", "h", "h", "i", "i",
	"i", "i", "i", "i", "i", "i", "i", "i", "ij", "ij", "j", "j", "k",
	"k", "k", "l", "l", "l", "l", "l", "l", "l", "l", "l", "l", "n", "n",
	"n", "n", "n", "n", "n", "n", "n", "o", "o", "o", "o", "o", "o", "oe",
	"oe", "r", "r", "r", "r", "r", "r", "s", "s", "s", "s", "s", "s", "s",
	"s", "t", "t", "t", "t", "t", "t", "u", "u", "u", "u", "u", "u", "u",
	"u", "u", "u", "u", "u", "w", "w", "y", "y", "y", "z", "z", "z", "z",
	"z", "z", "s",
};

static uint32_t
code_point(const unsigned char *p, size_t n)
{
	static const unsigned char head[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t c = p[0] & head[n];
	size_t i;

	for (i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3f);
	return c;
}

/* What one character becomes: letters, "" for nothing, NULL for a gap. */
static const char *
fold_one(const char *p, size_t n, char buf[8])
{
	unsigned char c = (unsigned char)*p;
	uint32_t u;

	if (n == 1) {
		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c | 0x20);
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			return NULL;
		buf[0] = (char)c;
		buf[1] = '\0';
		return buf;
	}
	u = code_point((const unsigned char *)p, n);
	if (u >= 0xc0 && u < 0x180)
		return latin[u - 0xc0][0] == '\0' ? NULL : latin[u - 0xc0];
	if (u >= 0x300 && u < 0x370)
		return "";
	/* Below: signs of Latin-1.  U+2000 to U+206F: spaces, quotes, dashes. */
	if (u < 0xc0 || (u >= 0x2000 && u < 0x2070) || u == 0x3000)
		return NULL;
	memcpy(buf, p, n);
	buf[n] = '\0';
	return buf;
}

char *
fold_text(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, 2 * strlen(s) + 1), *w = out;
	char buf[8];

	for (; *s != '\0'; s += utf8_len(s)) {
		const char *f = fold_one(s, utf8_len(s), buf);

		if (f == NULL) {
			if (w > out && w[-1] != ' ')
				*w++ = ' ';
			continue;
		}
		memcpy(w, f, strlen(f));
		w += strlen(f);
	}
	if (w > out && w[-1] == ' ')
		w--;
	*w = '\0';
	return out;
}

size_t
fold_words(struct arena *a, const char *s, char **ret, size_t max)
{
	char *p = fold_text(a, s);
	size_t n = 0;

	while (*p != '\0' && n < max) {
		size_t len = strcspn(p, " ");

		ret[n++] = arena_strndup(a, p, len < FOLD_WORD_BYTES ? len :
		    FOLD_WORD_BYTES);
		p += len;
		p += *p == ' ';
	}
	return n;
}

static int
min3(int a, int b, int c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

int
fold_distance(const char *a, const char *b, int max)
{
	int rows[3][FOLD_WORD_BYTES + 1];
	int la = (int)strnlen(a, FOLD_WORD_BYTES);
	int lb = (int)strnlen(b, FOLD_WORD_BYTES), i, j;

	if (abs(la - lb) > max)
		return max + 1;
	for (j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (i = 1; i <= la; i++) {
		int *row = rows[i % 3], *above = rows[(i + 2) % 3];
		int *over = rows[(i + 1) % 3], best;

		best = row[0] = i;
		for (j = 1; j <= lb; j++) {
			row[j] = min3(above[j] + 1, row[j - 1] + 1,
			    above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && over[j - 2] + 1 < row[j])
				row[j] = over[j - 2] + 1;
			best = row[j] < best ? row[j] : best;
		}
		if (best > max)
			return max + 1;
	}
	return rows[la % 3][lb];
}
