#include "multipart.h"

#include <string.h>
#include <strings.h>

#include "fields.h"

enum { PARTS_MAX = 32, HEADERS_MAX = 1024, BOUNDARY_MAX = 70 };

const char *
multipart_boundary(struct arena *a, const char *type)
{
	static const char allowed[] = "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=?";
	const char *p = type == NULL ? NULL : strstr(type, "boundary=");
	bool quoted;
	size_t n;

	if (p == NULL)
		return NULL;
	p += strlen("boundary=");
	quoted = *p == '"';
	p += quoted;
	n = strspn(p, allowed);
	if (n == 0 || n > BOUNDARY_MAX || (quoted ? p[n] != '"' :
	    p[n] != '\0' && p[n] != ';' && p[n] != ' '))
		return NULL;
	return arena_strndup(a, p, n);
}

static enum status
bad(struct fault *fault, enum status st, const char *why)
{
	fault_set(fault, "multipart: %s", why);
	return st;
}

/* name="…" of a Content-Disposition: browsers write " as %22, and no
 * backslash escapes anything.  NULL when it is not there. */
static const char *
parameter(struct arena *a, const char *line, size_t n, const char *name)
{
	size_t len = strlen(name), i, k;

	for (i = 0; i + len + 3 < n; i++) {
		if ((line[i] != ' ' && line[i] != ';') ||
		    strncmp(line + i + 1, name, len) != 0 ||
		    line[i + 1 + len] != '=' || line[i + 2 + len] != '"')
			continue;
		i += len + 3;
		for (k = i; k < n && line[k] != '"'; k++)
			continue;
		return k == n ? NULL : arena_strndup(a, line + i, k - i);
	}
	return NULL;
}

/* The headers of a part, up to its empty line. */
static enum status
headers_read(struct arena *a, const char *p, size_t n, const char **ret_name,
    const char **ret_file)
{
	static const char want[] = "content-disposition:";

	*ret_name = *ret_file = NULL;
	while (n > 0) {
		const char *eol = memmem(p, n, "\r\n", 2);
		size_t len = eol == NULL ? n : (size_t)(eol - p);

		if (len > sizeof(want) &&
		    strncasecmp(p, want, sizeof(want) - 1) == 0) {
			if (*ret_name != NULL)
				return ST_INPUT;
			*ret_name = parameter(a, p, len, "name");
			*ret_file = parameter(a, p, len, "filename");
		}
		len = eol == NULL ? n : len + 2;
		p += len;
		n -= len;
	}
	return *ret_name == NULL || (*ret_name)[0] == '\0' ||
	    strlen(*ret_name) > FIELD_NAME_MAX ||
	    !utf8_valid(*ret_name, strlen(*ret_name)) ? ST_INPUT : ST_OK;
}

struct part {
	const char	*name, *file;	/* file NULL: a field */
	const char	*data;
	size_t		 n;
};

/* One part from p, which is behind its boundary's line; moves *p behind the
 * next boundary. */
static enum status
part_read(struct arena *a, const char **p, const char *end,
    const char *mark, struct part *ret)
{
	size_t mark_n = strlen(mark), left = (size_t)(end - *p);
	const char *head_end = memmem(*p, left < HEADERS_MAX ? left :
	    HEADERS_MAX, "\r\n\r\n", 4);
	const char *data, *stop;
	enum status st;

	if (head_end == NULL)
		return ST_INPUT;
	if ((st = headers_read(a, *p, (size_t)(head_end - *p), &ret->name,
	    &ret->file)) != ST_OK)
		return st;
	data = head_end + 4;
	stop = memmem(data, (size_t)(end - data), mark, mark_n);
	if (stop == NULL)
		return ST_INPUT;
	ret->data = data;
	ret->n = (size_t)(stop - data);
	*p = stop + mark_n;
	return ST_OK;
}

static enum status
part_keep(struct arena *a, const struct part *part, struct fault *fault,
    struct fields *f, struct form_file *file)
{
	if (part->file != NULL) {
		if (file->data != NULL)
			return bad(fault, ST_INPUT, "two files");
		if (!utf8_valid(part->file, strlen(part->file)))
			return bad(fault, ST_INPUT, "a file's name");
		*file = (struct form_file){ part->name, part->file,
		    part->data, part->n };
		return ST_OK;
	}
	if (part->n > FIELD_VALUE_MAX)
		return bad(fault, ST_LIMIT, "a field is too long");
	if (!utf8_valid(part->data, part->n))
		return bad(fault, ST_INPUT, "a field is not UTF-8");
	if (fields_get(f, part->name) != NULL)
		return bad(fault, ST_INPUT, "a field is repeated");
	f->v[f->n++] = (struct field){ part->name,
	    arena_strndup(a, part->data, part->n) };
	fields_sort(f);
	return ST_OK;
}

enum status
multipart_parse(struct arena *a, const char *boundary, const char *text,
    size_t n, struct fault *fault, struct fields *ret_fields,
    struct form_file *ret_file)
{
	const char *mark = arena_printf(a, "\r\n--%s", boundary);
	const char *p = text, *end = text + n;
	struct fields f = { ARENA_ARRAY(a, PARTS_MAX, struct field), 0 };
	struct form_file file = { .data = NULL };
	size_t first = strlen(mark) - 2, parts = 0;
	enum status st;

	if (n < first || memcmp(p, mark + 2, first) != 0)
		return bad(fault, ST_INPUT, "no boundary first");
	for (p += first;;) {
		struct part part;

		if (end - p >= 2 && memcmp(p, "--", 2) == 0)
			break;
		if (end - p < 2 || memcmp(p, "\r\n", 2) != 0)
			return bad(fault, ST_INPUT, "text after a boundary");
		if (++parts > PARTS_MAX)
			return bad(fault, ST_LIMIT, "too many parts");
		p += 2;
		if (part_read(a, &p, end, mark, &part) != ST_OK)
			return bad(fault, ST_INPUT, "a part");
		if ((st = part_keep(a, &part, fault, &f, &file)) != ST_OK)
			return st;
	}
	*ret_fields = f;
	*ret_file = file;
	return ST_OK;
}
