/* The paginated document: pages, breaks, repeated heads, refusals. */
#include "tap.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "chart/bulletin.h"

enum { ROWS = 200, DAYS = 30 };

static struct chart_point points[DAYS];
static const struct chart_series series = { "Paris", points };
static struct chart chart;
static char names[ROWS][32];
static const char *cells[ROWS][2];
static struct table_row rows[ROWS];
static const struct table_column columns[] = {
	{ "Établissement", 3, false }, { "Disponibles", 1, true } };
static struct table table = { "Par établissement", columns, 2, rows, ROWS };

static void
fill(void)
{
	for (int i = 0; i < DAYS; i++)
		points[i] = chart_point(20 + i % 7);
	chart = (struct chart){ .title = "Lits disponibles",
		.width_px = CHART_WIDE_PX, .series = &series, .n_series = 1,
		.first_day = day_of_date((struct date){ 2026, 10, 22 }),
		.n_days = DAYS };
	for (int i = 0; i < ROWS; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "Hôpital %03d", i);
		cells[i][0] = names[i];
		cells[i][1] = i % 9 == 0 ? NULL : "12";
		rows[i] = (struct table_row){ cells[i], i == ROWS - 1 };
	}
}

static struct bulletin
document(const struct block *blocks, size_t n)
{
	return (struct bulletin){ .title = "Bulletin de Paris",
		.subtitle = "Semaine 47", .author = "ROR",
		.subject = "Capacités", .created_utc = 1795165320,
		.cut = "Données arrêtées au 20/11/2026 10:02",
		.blocks = blocks, .n_blocks = n };
}

static int
pages_of(const struct bulletin *b, struct str *out)
{
	struct fault f = { 0 };
	int pages = -1;

	str_init(out, 32 * 1024 * 1024);
	if (bulletin_render(b, out, &pages, &f) != ST_OK)
		printf("# %s\n", f.text);
	return pages;
}

/* What a poppler tool says of the PDF: pdftotext -layout, one form feed per
 * page, or pdfinfo -rawdates.  NULL without the tool. */
static char *
told_by(const char *tool, const char *option, const struct str *pdf)
{
	static char text[256 * 1024];
	char in[] = "/tmp/rorbulletinXXXXXX";
	int fd = mkstemp(in), out[2], status = 1;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	if (fd == -1 || pipe(out) == -1 ||
	    write(fd, pdf->data, pdf->len) != (ssize_t)pdf->len)
		return NULL;
	(void)close(fd);
	if ((pid = fork()) == 0) {
		(void)dup2(out[1], STDOUT_FILENO);
		(void)execlp(tool, tool, option, in,
		    strcmp(tool, "pdftotext") == 0 ? "-" : (char *)NULL,
		    (char *)NULL);
		_exit(127);
	}
	(void)close(out[1]);
	while (n < sizeof(text) - 1 &&
	    (got = read(out[0], text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	(void)close(out[0]);
	(void)waitpid(pid, &status, 0);
	(void)unlink(in);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 && n > 0 ?
	    text : NULL;
}

static char *
text_of(const struct str *pdf)
{
	return told_by("pdftotext", "-layout", pdf);
}

static int
count(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

static void
test_table(void)
{
	const struct block blocks[] = {
		{ .kind = BLOCK_HEADING, .text = "Données" },
		{ .kind = BLOCK_TABLE, .table = &table } };
	struct bulletin b = document(blocks, N_ELEM(blocks));
	struct str pdf;
	int pages = pages_of(&b, &pdf), whole = 1;
	char *text;

	OK(pages >= 5 && pages <= 7, "200 rows fill some pages");
	if ((text = text_of(&pdf)) == NULL) {
		printf("ok %d - the text # SKIP no pdftotext\n", ++tap_n);
		str_free(&pdf);
		return;
	}
	OK(count(text, "\f") == pages, "as many as it says");
	OK(count(text, "Établissement ") == pages,
	    "the head of the table is on each");
	OK(count(text, "Données arrêtées au 20/11/2026 10:02") == pages,
	    "so is the cut");
	OK(count(text, "Bulletin de Paris") == pages, "so is the title");
	OK(strstr(text, "Page 1/") != NULL && count(text, "Page ") == pages,
	    "pages are counted");
	for (int i = 0; i < ROWS; i++)
		whole &= count(text, names[i]) == 1;
	OK(whole, "each row is there once");
	str_free(&pdf);
}

static void
test_breaks(void)
{
	struct block blocks[40];
	struct bulletin b;
	struct str pdf;
	char *text;

	for (size_t i = 0; i < N_ELEM(blocks); i += 2) {
		blocks[i] = (struct block){ .kind = BLOCK_HEADING,
			.text = "Intertitre" };
		blocks[i + 1] = (struct block){ .kind = BLOCK_CHART,
			.chart = &chart,
			.chart_right = i % 4 == 0 ? &chart : NULL };
	}
	b = document(blocks, N_ELEM(blocks));
	OK(pages_of(&b, &pdf) > 5, "charts go on to other pages");
	text = text_of(&pdf);
	if (text != NULL) {
		int alone = 0;

		/* the last words of a page are the footer's, so a heading
		 * alone would be followed by the cut at once */
		for (char *p = text; (p = strstr(p, "Intertitre")) != NULL;
		    p += 10) {
			p += strcspn(p, "\n");
			p += strspn(p, "\n ");
			alone += strncmp(p, "Données arr", 11) == 0;
		}
		OK(alone == 0, "no heading stands alone at the foot");
		OK(count(text, "Intertitre") == 20, "none is lost");
	}
	str_free(&pdf);

	blocks[0] = (struct block){ .kind = BLOCK_TEXT, .text = "Un." };
	blocks[1] = (struct block){ .kind = BLOCK_PAGE };
	blocks[2] = (struct block){ .kind = BLOCK_TEXT, .text = "Deux." };
	b = document(blocks, 3);
	OK(pages_of(&b, &pdf) == 2, "a page asked for");
	str_free(&pdf);
	b = document(blocks, 0);
	OK(pages_of(&b, &pdf) == 1, "nothing at all is one page");
	str_free(&pdf);
}

static void
test_long_text(void)
{
	static char words[40001];
	const struct block block = { .kind = BLOCK_TEXT, .text = words };
	struct bulletin b = document(&block, 1);
	struct str pdf;
	int pages;

	for (size_t i = 0; i + 8 < sizeof(words); i += 8)
		memcpy(words + i, "hôpita ", 8);
	pages = pages_of(&b, &pdf);
	OK(pages >= 5, "a long paragraph breaks between its lines");
	str_free(&pdf);
}

static void
test_same_bytes(void)
{
	const struct block blocks[] = {
		{ .kind = BLOCK_HEADING, .text = "Un" },
		{ .kind = BLOCK_CHART, .chart = &chart },
		{ .kind = BLOCK_TABLE, .table = &table } };
	struct bulletin b = document(blocks, N_ELEM(blocks));
	struct str one, two;
	char *text;

	(void)pages_of(&b, &one);
	(void)pages_of(&b, &two);
	OK(one.len > 1000 && one.len == two.len &&
	    memcmp(one.data, two.data, one.len) == 0, "same bytes");
	if ((text = told_by("pdfinfo", "-rawdates", &one)) != NULL) {
		OK(count(text, "20261120090200") == 2,
		    "made at the instant given");
		OK(strstr(text, "Bulletin de Paris") != NULL &&
		    strstr(text, "Capacités") != NULL, "title and subject");
	}
	str_free(&two);
	b.created_utc += 60;
	(void)pages_of(&b, &two);
	OK(one.len != two.len || memcmp(one.data, two.data, one.len) != 0,
	    "another instant, other bytes");
	str_free(&one);
	str_free(&two);
}

static void
refused(struct block block, const char *name)
{
	struct bulletin b = document(&block, 1);
	struct fault f = { 0 };
	struct str pdf;
	int pages = 0;

	str_init(&pdf, 1 << 20);
	OK(bulletin_render(&b, &pdf, &pages, &f) == ST_INPUT && pages == 0 &&
	    f.text[0] != '\0', name);
	str_free(&pdf);
}

static void
test_refusals(void)
{
	struct chart bad = chart;
	struct table wide = table;

	bad.title = NULL;
	wide.n_columns = TABLE_COLUMNS_MAX + 1;
	refused((struct block){ .kind = BLOCK_TEXT }, "text without text");
	refused((struct block){ .kind = BLOCK_CHART }, "chart without chart");
	refused((struct block){ .kind = BLOCK_CHART, .chart = &bad },
	    "a chart that can't be drawn");
	refused((struct block){ .kind = BLOCK_TABLE }, "table without table");
	refused((struct block){ .kind = BLOCK_TABLE, .table = &wide },
	    "too many columns");
	refused((struct block){ .kind = BLOCK_TEXT, .text = "\xff" },
	    "not UTF-8");
}

int
main(void)
{
	fill();
	test_table();
	test_breaks();
	test_long_text();
	test_same_bytes();
	test_refusals();
	return tap_done();
}
