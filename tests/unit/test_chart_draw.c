/* Drawings: gaps, bytes that repeat, odd data, classes, maps, refusals. */
#include "tap.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "chart/chart.h"
#include "chart/map.h"

enum { DAYS = 365, SERIES = 10 };

static struct chart_point points[SERIES][DAYS];
static struct chart_series series[SERIES];

static const char *const names[SERIES] = { "Paris", "Seine-et-Marne",
	"Alpes-de-Haute-Provence – secteur de l’Ubaye et du Verdon réunis",
	"Essonne", "Hauts-de-Seine", "Seine-Saint-Denis", "Val-de-Marne",
	"Val-d’Oise", "Saint-Pierre-et-Miquelon", "La Réunion" };

static struct chart
base_chart(size_t n_series, size_t n_days)
{
	for (int k = 0; k < SERIES; k++) {
		/* up, down: cairo would join segments in one line */
		for (int i = 0; i < DAYS; i++)
			points[k][i] = chart_point(40 + 10 * k +
			    i % 2 * 8 + i % 3);
		series[k] = (struct chart_series){ names[k], points[k] };
	}
	return (struct chart){ .kind = CHART_LINE,
		.width_px = CHART_WIDE_PX, .title = "Lits disponibles",
		.subtitle = "Tous les jours", .created_utc = 1795165320,
		.first_day = day_of_date((struct date){ 2025, 11, 21 }),
		.n_days = n_days, .series = series, .n_series = n_series };
}

/* Bytes of the chart, to be freed; NULL when refused. */
static struct str
render(const struct chart *c, enum chart_format format)
{
	struct str s;
	struct fault f = { 0 };

	str_init(&s, 32 * 1024 * 1024);
	if (chart_render(c, format, &s, &f) != ST_OK) {
		printf("# %s\n", f.text);
		str_free(&s);
	}
	return s;
}

static int
same(const struct str *a, const struct str *b)
{
	return a->data != NULL && b->data != NULL && a->len == b->len &&
	    memcmp(a->data, b->data, a->len) == 0;
}

static int
count(const char *text, const char *what)
{
	int n = 0;

	for (; text != NULL && (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

/* --- gaps: read the line back from the SVG ---------------------------- */

struct curve {
	int	moves, lines;		/* pieces, segments */
	double	min_dx, max_dx;		/* of segments */
};

/* The path that is stroked 2 px wide in the colour of a lone series. */
static struct curve
read_curve(const char *svg)
{
	struct curve c = { .min_dx = 1e9 };
	const char *p = svg, *d;
	double x = 0, at_x, at_y;
	char cmd;
	int used;

	while (p != NULL && (p = strstr(p, "<path ")) != NULL) {
		const char *end = strchr(p, '>');
		const char *stroke = strstr(p, "stroke=\"#3a4fb8\"");
		const char *width = strstr(p, "stroke-width=\"2\"");

		d = strstr(p, " d=\"");
		p = end;
		if (end == NULL || d == NULL || d > end || stroke == NULL ||
		    stroke > end || width == NULL || width > end)
			continue;
		for (d += 4; sscanf(d, " %c %lf %lf%n", &cmd, &at_x, &at_y,
		    &used) == 3; d += used) {
			if (cmd == 'M') {
				c.moves++;
			} else {
				c.lines++;
				c.min_dx = fmin(c.min_dx, at_x - x);
				c.max_dx = fmax(c.max_dx, at_x - x);
			}
			x = at_x;
		}
	}
	return c;
}

static void
test_gaps(void)
{
	static const struct gap_case {
		const char	*name;
		int		 unknown[6];	/* days, ended by -1 */
		int		 moves, lines;
	} cases[] = {
		{ "no gap", { -1 }, 1, 13 },
		{ "one day", { 5, -1 }, 2, 11 },
		{ "two days", { 5, 6, -1 }, 2, 10 },
		{ "first and last day", { 0, 13, -1 }, 1, 11 },
		{ "a lone day between two gaps", { 5, 7, -1 }, 2, 9 },
		{ "three pieces", { 3, 4, 9, -1 }, 3, 8 },
	};

	for (size_t i = 0; i < N_ELEM(cases); i++) {
		struct chart c = base_chart(1, 14);
		struct curve got;
		struct str s;

		for (const int *u = cases[i].unknown; *u >= 0; u++)
			points[0][*u].value = NAN;
		s = render(&c, CHART_SVG);
		got = read_curve(s.data);
		if (got.moves != cases[i].moves || got.lines != cases[i].lines)
			printf("# %d pieces, %d segments\n", got.moves,
			    got.lines);
		OK(got.moves == cases[i].moves, cases[i].name);
		OK(got.lines == cases[i].lines, "  its segments");
		OK(got.max_dx < got.min_dx * 1.2,
		    "  no segment is longer than a day");
		str_free(&s);
	}
}

static void
test_lone_days(void)
{
	struct chart c = base_chart(1, 100);
	struct str line, dots;
	int before;

	line = render(&c, CHART_SVG);
	before = count(line.data, " C ");
	points[0][49].value = points[0][51].value = NAN;
	dots = render(&c, CHART_SVG);
	OK(count(dots.data, " C ") > before, "a lone day is a dot");
	OK(read_curve(dots.data).lines == 95, "and no line reaches it");
	str_free(&line);
	str_free(&dots);
}

/* --- the same bytes --------------------------------------------------- */

static struct chart
rich_chart(void)
{
	struct chart c = base_chart(2, 60);

	for (int k = 0; k < 2; k++)
		for (int i = 0; i < 60; i++) {
			points[k][i].low = points[k][i].value - 5;
			points[k][i].high = points[k][i].value + 9;
			points[k][i].expected = 14;
			points[k][i].reporting = 14 - i % 3;
		}
	points[0][20] = points[1][20] = chart_point(NAN);
	return c;
}

/* What another process writes, which has drawn something else before. */
static struct str
render_elsewhere(const char *self, const char *format)
{
	int fd[2], status = 0;
	char buf[8192];
	struct str s;
	ssize_t n;
	pid_t pid;

	str_init(&s, 32 * 1024 * 1024);
	if (pipe(fd) == -1 || (pid = fork()) == -1)
		return s;
	if (pid == 0) {
		(void)dup2(fd[1], STDOUT_FILENO);
		(void)close(fd[0]);
		(void)close(fd[1]);
		(void)execl(self, self, format, (char *)NULL);
		_exit(127);
	}
	(void)close(fd[1]);
	while ((n = read(fd[0], buf, sizeof(buf))) > 0)
		str_addn(&s, buf, (size_t)n);
	(void)close(fd[0]);
	(void)waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		str_free(&s);
	return s;
}

static int
be_elsewhere(const char *format)
{
	struct chart first = base_chart(10, 30), c;
	struct str s;

	first.kind = CHART_HEAT;
	s = render(&first, CHART_SVG);
	str_free(&s);
	c = rich_chart();
	s = render(&c, (enum chart_format)(format[0] - '0'));
	if (s.data == NULL || fwrite(s.data, 1, s.len, stdout) != s.len)
		return 1;
	str_free(&s);
	return 0;
}

static void
test_same_bytes(const char *self)
{
	static const char *const word[] = { "SVG", "PNG", "PDF" };
	static const char *const number[] = { "0", "1", "2" };

	for (int f = 0; f < CHART_FORMAT__MAX; f++) {
		struct chart c = rich_chart();
		struct str a = render(&c, (enum chart_format)f);
		struct str b = render(&c, (enum chart_format)f);
		struct str e = render_elsewhere(self, number[f]);

		OK(a.len > 1000, word[f]);
		OK(same(&a, &b), "  twice in one process: same bytes");
		OK(same(&a, &e), "  in another process: same bytes");
		str_free(&b);
		points[0][3].value += 1;
		b = render(&c, (enum chart_format)f);
		OK(!same(&a, &b), "  another value: other bytes");
		str_free(&a);
		str_free(&b);
		str_free(&e);
	}
}

static void
test_svg_form(void)
{
	struct chart c = rich_chart();
	struct str s;

	c.title = "Lits <script> & « d’été »";
	c.alt = "De 40 à 50 lits.";
	s = render(&c, CHART_SVG);
	OK(count(s.data, "<title>Lits &lt;script&gt; &amp; « d’été »</title>")
	    == 1, "the title is in, escaped");
	OK(count(s.data, "<desc>De 40 à 50 lits.</desc>") == 1,
	    "so is the description");
	OK(count(s.data, "style=") == 0, "no style attribute: strict policy");
	OK(count(s.data, "id=\"a0\"") == 1, "ids are canonical");
	OK(count(s.data, "surface") == 0 && count(s.data, "\"glyph") == 0,
	    "cairo's own ids are gone");
	OK(count(s.data, "href=\"http") == 0, "nothing from elsewhere");
	OK(count(s.data, "width=\"720px\"") == 1, "sized in px");
	str_free(&s);
	c.kind = CHART_BARS;
	s = render(&c, CHART_SVG);
	OK(count(s.data, "clip-path=\"url(#a") >= 1 &&
	    count(s.data, "<clipPath id=\"a") >= 1,
	    "clips are renamed on both sides");
	str_free(&s);
}

/* --- odd data --------------------------------------------------------- */

static void
set_all(double v)
{
	for (int k = 0; k < SERIES; k++)
		for (int i = 0; i < DAYS; i++)
			points[k][i] = chart_point(v);
}

static void
test_odd_data(void)
{
	static const struct odd_case {
		const char	*name;
		size_t		 n_series, n_days;
		double		 all;		/* NAN + known -> as it is */
		bool		 fill;
		enum chart_unit	 unit;
	} cases[] = {
		{ "no series", 0, 30, 0, false, CHART_NUMBER },
		{ "no days", 1, 0, 0, false, CHART_NUMBER },
		{ "one day", 1, 1, 0, false, CHART_NUMBER },
		{ "all unknown", 2, 30, NAN, true, CHART_NUMBER },
		{ "all zero", 2, 30, 0, true, CHART_NUMBER },
		{ "all the same", 2, 30, 12, true, CHART_NUMBER },
		{ "rates above 100 %", 1, 30, 1.37, true, CHART_RATE },
		{ "infinite", 1, 30, INFINITY, true, CHART_NUMBER },
		{ "10 x 365, long names", 10, 365, 0, false, CHART_NUMBER },
	};
	static const enum chart_kind kinds[] = { CHART_LINE, CHART_BARS,
		CHART_HEAT, CHART_MULTIPLES };

	for (size_t i = 0; i < N_ELEM(cases); i++) {
		struct chart c = base_chart(cases[i].n_series,
		    cases[i].n_days);
		int ok = 1;

		c.unit = cases[i].unit;
		if (cases[i].fill)
			set_all(cases[i].all);
		for (size_t k = 0; k < N_ELEM(kinds) * 4; k++) {
			struct str s;

			c.kind = kinds[k / 4];
			c.zoom = k % 2;
			c.width_px = k % 4 < 2 ? CHART_WIDE_PX :
			    CHART_NARROW_PX;
			s = render(&c, CHART_SVG);
			ok &= s.len > 500 && count(s.data, "nan") == 0 &&
			    count(s.data, "inf") == 0;
			str_free(&s);
		}
		OK(ok, cases[i].name);
	}
}

static void
test_themes(void)
{
	struct chart c = base_chart(1, 30);
	struct str light = render(&c, CHART_SVG), dark;

	c.theme = CHART_DARK;
	dark = render(&c, CHART_SVG);
	OK(count(light.data, "#14191d") == 0, "light has no dark ground");
	OK(count(dark.data, "#14191d") >= 1, "dark has");
	OK(count(dark.data, "#3a4fb8") == 0, "and no light line");
	str_free(&light);
	str_free(&dark);
}

/* Lowest point of bars: a truncated axis would cut them. */
static void
test_bars_from_zero(void)
{
	struct chart c = base_chart(1, 14);
	struct str plain, zoomed;

	set_all(1000);
	c.kind = CHART_BARS;
	plain = render(&c, CHART_SVG);
	c.zoom = true;
	zoomed = render(&c, CHART_SVG);
	OK(same(&plain, &zoomed), "bars don't zoom");
	str_free(&plain);
	str_free(&zoomed);
}

/* --- items and maps --------------------------------------------------- */

static const char outlines[] =
    "# two squares, an island off the first, one with all commands\n"
    "75\tm 0,0 10,0 0,10 -10,0 z m 12,2 1,0 0,1 z\n"
    "2A\tM 20,0 L 30,0 v 10 h -10 V 0 z\n";

static void
test_map_parse(void)
{
	static const struct bad_case {
		const char *name, *text;
	} bad[] = {
		{ "no tab", "75 m 0,0 1,0 0,1 z\n" },
		{ "code too long", "75001\tm 0,0 1,0 0,1 z\n" },
		{ "curves", "75\tm 0,0 c 1,0 0,1 2,2 z\n" },
		{ "half a pair", "75\tm 0,0 1 z\n" },
		{ "no number", "75\tm 0,0 -,1 z\n" },
		{ "no ring", "75\tm 0,0 z\n" },
	};
	struct arena a;
	const struct map *m = NULL;
	const struct map_outline *o;
	struct fault f = { 0 };

	arena_init(&a, 64 * 1024 * 1024);
	OK(map_parse(outlines, strlen(outlines), &a, &m, &f) == ST_OK &&
	    m != NULL && m->n == 2, "two outlines");
	o = map_find(m, "75");
	OK(o != NULL && o->n_rings == 2 && o->rings[0].n == 4 &&
	    o->box.x1 <= 13.01 && o->box.x1 >= 12.99, "an island counts");
	OK(o != NULL && o->label.x > 2 && o->label.x < 8 && o->label_r > 4,
	    "the label is inside");
	o = map_find(m, "2A");
	OK(o != NULL && o->n_rings == 1 && o->rings[0].n >= 4 &&
	    o->box.x0 >= 20 && o->box.y1 <= 10.01, "absolute commands");
	OK(map_find(m, "971") == NULL && map_find(NULL, "75") == NULL,
	    "no outline overseas, nor without a map");
	OK(map_load("/nonexistent/outlines", &a, &m, &f) == ST_NOTFOUND,
	    "no file: NOTFOUND");
	for (size_t i = 0; i < N_ELEM(bad); i++) {
		fault_clear(&f);
		OK(map_parse(bad[i].text, strlen(bad[i].text), &a, &m, &f) ==
		    ST_INPUT && strstr(f.text, "line 1") != NULL,
		    bad[i].name);
	}
	arena_free(&a);
}

static void
test_items(void)
{
	struct chart_item items[] = { { "75", "Paris", 0.97 },
		{ "2A", "Corse-du-Sud", NAN }, { "971", "Guadeloupe", 1.12 } };
	struct chart c = { .unit = CHART_RATE, .title = "Occupation",
		.width_px = CHART_WIDE_PX, .items = items, .n_items = 3 };
	struct arena a;
	const struct map *m = NULL;
	struct fault f = { 0 };
	struct str with, without, rank;

	arena_init(&a, 64 * 1024 * 1024);
	(void)!map_parse(outlines, strlen(outlines), &a, &m, &f);
	c.kind = CHART_MAP;
	c.map = m;
	with = render(&c, CHART_SVG);
	OK(count(with.data, "clip-path=") >= 2,
	    "a département without data is hatched, and so is the key");
	c.map = NULL;
	without = render(&c, CHART_SVG);
	OK(without.len > 500 && !same(&with, &without),
	    "without outlines: squares");
	c.n_items = 0;
	str_free(&with);
	with = render(&c, CHART_SVG);
	OK(with.len > 500, "no départements at all");
	c.n_items = 3;
	c.kind = CHART_RANK;
	rank = render(&c, CHART_SVG);
	OK(count(rank.data, "stroke-width=\"3\"") == 2,
	    "a stem for each known item");
	str_free(&rank);
	c.zoom = true;
	rank = render(&c, CHART_SVG);
	OK(count(rank.data, "stroke-width=\"3\"") == 0,
	    "no stems on a zoomed axis");
	str_free(&rank);
	str_free(&with);
	str_free(&without);
	arena_free(&a);
}

/* --- refusals --------------------------------------------------------- */

static void
refused(struct chart c, enum status want, size_t max, const char *name)
{
	struct fault f = { 0 };
	struct str s;

	str_init(&s, max);
	OK(chart_render(&c, CHART_SVG, &s, &f) == want && f.text[0] != '\0',
	    name);
	str_free(&s);
}

static void
test_refusals(void)
{
	const struct chart good = base_chart(2, 30);
	struct chart c = good;

	c.width_px = 100;
	refused(c, ST_INPUT, 1 << 20, "too narrow");
	c = good;
	c.title = NULL;
	refused(c, ST_INPUT, 1 << 20, "no title");
	c = good;
	c.title = "\xff\xfe";
	refused(c, ST_INPUT, 1 << 20, "not UTF-8");
	c = good;
	c.n_series = CHART_LINES_MAX + 1;
	refused(c, ST_INPUT, 1 << 20, "too many lines");
	c = good;
	c.n_days = CHART_DAYS_MAX + 1;
	refused(c, ST_INPUT, 1 << 20, "too many days");
	c = good;
	c.kind = CHART_KIND__MAX;
	refused(c, ST_INPUT, 1 << 20, "unknown kind");
	refused(good, ST_LIMIT, 4096, "no room for the bytes");
}

static void
test_save(void)
{
	char dir[] = "/tmp/rorchartXXXXXX", path[64], tmp[72];
	struct chart c = base_chart(1, 14);
	struct fault f = { 0 };

	if (mkdtemp(dir) == NULL)
		return;
	(void)snprintf(path, sizeof(path), "%s/a.png", dir);
	(void)snprintf(tmp, sizeof(tmp), "%s.tmp", path);
	OK(chart_save(&c, CHART_PNG, path, &f) == ST_OK &&
	    access(path, R_OK) == 0, "a file");
	OK(access(tmp, F_OK) == -1, "and nothing beside it");
	OK(chart_save(&c, CHART_PNG, "/nonexistent/a.png", &f) == ST_IO,
	    "no folder: IO");
	(void)unlink(path);
	(void)rmdir(dir);
}

/* --- steps -------------------------------------------------------------- */

/* Level, upright, and nothing over a gap. */
static void
test_steps(void)
{
	static const struct chart_step steps[] = {
		{ 0, 1.5, 3 }, { 1.5, 2, 5 },		/* touch: one piece */
		{ 3.25, 4, 5 },				/* after a gap */
		{ 6, 7, 1 },
	};
	static const struct chart_step known = { 0, 7, 5 };
	struct chart c = base_chart(0, 7);
	struct curve line;
	struct str s, dark;

	c.kind = CHART_STEPS;
	c.steps = steps;
	c.n_steps = N_ELEM(steps);
	s = render(&c, CHART_SVG);
	line = read_curve(s.data == NULL ? "" : s.data);
	OK(line.moves == 3, "three pieces for two gaps");
	/* Across, up, across; across; across. */
	OK(line.lines == 5, "one level a step, an upright where it changes");
	OK(line.min_dx >= 0, "never back in time");
	c.steps = &known;
	c.n_steps = 1;
	dark = render(&c, CHART_SVG);
	OK(count(s.data, "<clipPath") >= count(dark.data, "<clipPath") + 3,
	    "what is not known is hatched, what is known is not");
	str_free(&dark);
	c.steps = steps;
	c.n_steps = N_ELEM(steps);
	c.theme = CHART_DARK;
	dark = render(&c, CHART_SVG);
	OK(!same(&s, &dark), "dark is not light");
	str_free(&s);
	str_free(&dark);
	c.n_steps = 0;
	s = render(&c, CHART_SVG);
	OK(s.data != NULL, "nothing known is a sentence");
	str_free(&s);
	c.n_steps = CHART_STEPS_MAX + 1;
	s = render(&c, CHART_SVG);
	OK(s.data == NULL, "too many steps are refused");
	str_free(&s);
}

int
main(int argc, char **argv)
{
	if (argc == 2)
		return be_elsewhere(argv[1]);
	test_gaps();
	test_lone_days();
	test_same_bytes(argv[0]);
	test_svg_form();
	test_odd_data();
	test_themes();
	test_bars_from_zero();
	test_map_parse();
	test_items();
	test_refusals();
	test_steps();
	test_save();
	return tap_done();
}
