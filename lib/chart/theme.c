#include "chart/theme.h"

#include <math.h>

static const uint32_t colours[CHART_THEME__MAX][COL__MAX] = {
	[CHART_LIGHT] = {
		[COL_BG]	= 0xffffff,
		[COL_ALT]	= 0xf3f5f6,
		[COL_TEXT]	= 0x24303a,
		[COL_MUTED]	= 0x53616c,
		[COL_GRID]	= 0xe1e6ea,
		[COL_AXIS]	= 0x8997a1,
		[COL_ACCENT]	= 0x0b5561,
		[COL_C0]	= 0xeef1fb,
		[COL_C1]	= 0xc9d3f5,
		[COL_C2]	= 0x9db0ea,
		[COL_C3]	= 0x6a82da,
		[COL_C4]	= 0x3a4fb8,
		[COL_C5]	= 0x1c2b7a,
		[COL_BAND]	= 0xdbe2f8,
		[COL_S0]	= 0x3a4fb8,
		[COL_S0 + 1]	= 0xb4530e,
		[COL_S0 + 2]	= 0x17693b,
		[COL_S0 + 3]	= 0x8a2f86,
		[COL_S0 + 4]	= 0x0b7285,
		[COL_S0 + 5]	= 0xb3203e,
		[COL_S0 + 6]	= 0x7a6200,
		[COL_S0 + 7]	= 0x5b6770,
		[COL_S0 + 8]	= 0x4b8bd6,
		[COL_S0 + 9]	= 0x6d4a2f,
		[COL_S0 + 10]	= 0x4d8f2c,
		[COL_S0 + 11]	= 0xc2529d,
	},
	[CHART_DARK] = {
		[COL_BG]	= 0x14191d,
		[COL_ALT]	= 0x1e252a,
		[COL_TEXT]	= 0xdde4e8,
		[COL_MUTED]	= 0xa9b6bf,
		[COL_GRID]	= 0x2b343b,
		[COL_AXIS]	= 0x6d7b85,
		[COL_ACCENT]	= 0x7fd0da,
		[COL_C0]	= 0x23263b,
		[COL_C1]	= 0x2f3a6b,
		[COL_C2]	= 0x4358a5,
		[COL_C3]	= 0x6a82da,
		[COL_C4]	= 0xa3b4f0,
		[COL_C5]	= 0xdbe2fb,
		[COL_BAND]	= 0x28335c,
		[COL_S0]	= 0xa3b4f0,
		[COL_S0 + 1]	= 0xffb074,
		[COL_S0 + 2]	= 0x7fe3a5,
		[COL_S0 + 3]	= 0xe3a1e0,
		[COL_S0 + 4]	= 0x7fd0da,
		[COL_S0 + 5]	= 0xff9fae,
		[COL_S0 + 6]	= 0xe6cf6b,
		[COL_S0 + 7]	= 0xb5c1c9,
		[COL_S0 + 8]	= 0x6fa8ea,
		[COL_S0 + 9]	= 0xd0a988,
		[COL_S0 + 10]	= 0xb3dd92,
		[COL_S0 + 11]	= 0xf28fcb,
	},
};

const struct face_spec theme_faces[FACE__MAX] = {
	[FACE_TITLE]		= { 16, true },
	[FACE_TEXT]		= { 12.5, false },
	[FACE_STRONG]		= { 12.5, true },
	[FACE_TINY]		= { 11, true },
	[FACE_DOC_TITLE]	= { 19, true },
	[FACE_DOC_HEADING]	= { 13, true },
	[FACE_DOC_TEXT]		= { 10, false },
	[FACE_DOC_CELL]		= { 9, false },
	[FACE_DOC_CELL_STRONG]	= { 9, true },
	[FACE_DOC_SMALL]	= { 8, false },
};

uint32_t
theme_rgb(enum chart_theme theme, enum colour c)
{
	return colours[theme][c];
}

/* Relative luminance of WCAG 2, 0..1. */
static double
luminance(uint32_t rgb)
{
	static const double weight[] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double v = (double)(rgb >> (16 - 8 * i) & 0xff) / 255;

		sum += weight[i] *
		    (v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static double
contrast(double a, double b)
{
	return (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
}

enum colour
theme_ink(enum chart_theme theme, enum colour fill)
{
	double f = luminance(theme_rgb(theme, fill));
	double bg = luminance(theme_rgb(theme, COL_BG));
	double text = luminance(theme_rgb(theme, COL_TEXT));

	return contrast(f, bg) > contrast(f, text) ? COL_BG : COL_TEXT;
}

enum colour
theme_class(int i, int n)
{
	if (n <= 1)
		return COL_C3;
	return (enum colour)(COL_C0 + (int)lround(5.0 * i / (n - 1)));
}
