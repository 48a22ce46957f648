#include "chart/png.h"

#include <png.h>
#include <string.h>

enum { PALETTE_MAX = 256, SLOTS = 1024 };

struct palette {
	uint32_t	rgb[PALETTE_MAX];
	int		n;
	uint32_t	key[SLOTS];	/* rgb + 1; 0: free */
	uint8_t		index[SLOTS];
};

struct image {
	const unsigned char	*data;	/* rows of native 0x00rrggbb words */
	int			 w, h, stride;
};

static uint32_t
pixel(const unsigned char *row, int x)
{
	uint32_t v;

	memcpy(&v, row + 4 * (size_t)x, sizeof(v));
	return v & 0xffffff;
}

/* Slot of rgb, or the free one where it belongs. */
static size_t
slot_of(const struct palette *p, uint32_t rgb)
{
	size_t i = (rgb * 2654435761u) >> 22;

	while (p->key[i] != 0 && p->key[i] != rgb + 1)
		i = (i + 1) % SLOTS;
	return i;
}

/* false: more colours than a palette holds. */
static bool
palette_fill(struct palette *p, const struct image *im)
{
	uint32_t last = UINT32_MAX;

	for (int y = 0; y < im->h; y++) {
		const unsigned char *row = im->data +
		    (size_t)y * (size_t)im->stride;

		for (int x = 0; x < im->w; x++) {
			uint32_t rgb = pixel(row, x);
			size_t i;

			if (rgb == last)
				continue;
			last = rgb;
			if (p->key[i = slot_of(p, rgb)] != 0)
				continue;
			if (p->n == PALETTE_MAX)
				return false;
			p->key[i] = rgb + 1;
			p->index[i] = (uint8_t)p->n;
			p->rgb[p->n++] = rgb;
		}
	}
	return true;
}

static void
row_indexed(const struct palette *p, const struct image *im,
    const unsigned char *row, unsigned char *out)
{
	uint32_t last = UINT32_MAX;
	uint8_t index = 0;

	for (int x = 0; x < im->w; x++) {
		uint32_t rgb = pixel(row, x);

		if (rgb != last)
			index = p->index[slot_of(p, rgb)];
		last = rgb;
		out[x] = index;
	}
}

static void
row_rgb(const struct image *im, const unsigned char *row, unsigned char *out)
{
	for (int x = 0; x < im->w; x++) {
		uint32_t rgb = pixel(row, x);

		*out++ = (unsigned char)(rgb >> 16);
		*out++ = (unsigned char)(rgb >> 8);
		*out++ = (unsigned char)rgb;
	}
}

/* --- libpng ----------------------------------------------------------- */

static void
on_write(png_structp png, png_bytep data, png_size_t n)
{
	str_addn(png_get_io_ptr(png), (const char *)data, n);
}

static void
on_flush(png_structp png)
{
	(void)png;
}

static void
on_warning(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static void
put_palette(png_structp png, png_infop info, const struct palette *p)
{
	png_color colours[PALETTE_MAX];

	for (int i = 0; i < p->n; i++)
		colours[i] = (png_color){
			.red = (png_byte)(p->rgb[i] >> 16),
			.green = (png_byte)(p->rgb[i] >> 8),
			.blue = (png_byte)p->rgb[i] };
	png_set_PLTE(png, info, colours, p->n);
}

/* All that libpng may leave by longjmp: no local changes after setjmp. */
static bool
encode(png_structp png, png_infop info, const struct image *im,
    const struct palette *p, bool indexed, unsigned char *line)
{
	if (setjmp(png_jmpbuf(png)) != 0)
		return false;
	/* flat colour is most of a chart: filters and higher levels cost
	 * time and save little (figures in docs/adr/0020) */
	png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
	png_set_compression_level(png, 1);
	png_set_IHDR(png, info, (png_uint_32)im->w, (png_uint_32)im->h, 8,
	    indexed ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_RGB,
	    PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
	    PNG_FILTER_TYPE_DEFAULT);
	if (indexed)
		put_palette(png, info, p);
	png_write_info(png, info);
	for (int y = 0; y < im->h; y++) {
		const unsigned char *row = im->data +
		    (size_t)y * (size_t)im->stride;

		if (indexed)
			row_indexed(p, im, row, line);
		else
			row_rgb(im, row, line);
		png_write_row(png, line);
	}
	png_write_end(png, info);
	return true;
}

enum status
png_write(struct arena *a, cairo_surface_t *surface, struct str *ret,
    struct fault *f)
{
	struct image im;
	struct palette *p = ARENA_NEW(a, struct palette);
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL,
	    NULL, on_warning);
	png_infop info = png == NULL ? NULL : png_create_info_struct(png);
	bool indexed, ok = false;

	cairo_surface_flush(surface);
	im = (struct image){ .data = cairo_image_surface_get_data(surface),
		.w = cairo_image_surface_get_width(surface),
		.h = cairo_image_surface_get_height(surface),
		.stride = cairo_image_surface_get_stride(surface) };
	if (info != NULL && im.data != NULL) {
		indexed = palette_fill(p, &im);
		png_set_write_fn(png, ret, on_write, on_flush);
		ok = encode(png, info, &im, p, indexed,
		    arena_alloc(a, 3 * (size_t)im.w));
	}
	png_destroy_write_struct(&png, &info);
	if (!ok) {
		fault_set(f, "chart: libpng refused the picture");
		return ST_IO;
	}
	if (str_ok(ret))
		return ST_OK;
	fault_set(f, "chart: PNG larger than %zu bytes", ret->max);
	return ST_LIMIT;
}
