#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status
report_folder(struct run *run, const char *path)
{
	char *p = arena_strdup(run->arena, path), *s;

	for (s = p + 1; *s != '\0'; s++) {
		if (*s != '/')
			continue;
		*s = '\0';
		(void)mkdir(p, 0755);
		*s = '/';
	}
	if (mkdir(p, 0755) == 0 || errno == EEXIST)
		return ST_OK;
	fault_set(&run->fault, "%s: %s", path, strerror(errno));
	return ST_IO;
}

static bool
same(const char *path, const struct str *text)
{
	struct stat sb;
	bool equal = false;
	char *buf;
	FILE *f;

	if (stat(path, &sb) == -1 || (size_t)sb.st_size != text->len ||
	    (f = fopen(path, "r")) == NULL)
		return false;
	if ((buf = malloc(text->len + 1)) != NULL) {
		equal = fread(buf, 1, text->len, f) == text->len &&
		    memcmp(buf, text->data, text->len) == 0;
		free(buf);
	}
	(void)fclose(f);
	return equal;
}

static bool
write_all(const char *tmp, const struct str *text, int64_t mtime_utc)
{
	struct timespec t[2] = { { .tv_sec = (time_t)mtime_utc },
		{ .tv_sec = (time_t)mtime_utc } };
	FILE *f = fopen(tmp, "w");
	bool ok;

	if (f == NULL)
		return false;
	ok = fwrite(text->data, 1, text->len, f) == text->len &&
	    fflush(f) == 0 &&
	    (mtime_utc == -1 || futimens(fileno(f), t) == 0);
	return fclose(f) == 0 && ok;
}

enum status
report_file(struct run *run, const char *path, const struct str *text,
    int64_t mtime_utc)
{
	char *tmp = arena_printf(run->arena, "%s.tmp", path);

	if (!str_ok(text)) {
		fault_set(&run->fault, "%s: too large", path);
		return ST_LIMIT;
	}
	if (same(path, text)) {
		run->metric[METRIC_UNCHANGED]++;
		return ST_OK;
	}
	if (!write_all(tmp, text, mtime_utc) || rename(tmp, path) == -1) {
		fault_set(&run->fault, "%s: %s", path, strerror(errno));
		(void)unlink(tmp);
		return ST_IO;
	}
	run->metric[METRIC_FILES]++;
	return ST_OK;
}
