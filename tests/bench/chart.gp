# chart.gp - the chart of bench_chart.c, n times by gnuplot in one process.
#
# usage: gnuplot -e "format='svg'; n=100; data='file'; out='file'" chart.gp
names = "Paris Seine-et-Marne Yvelines Essonne Hauts-de-Seine Seine-Saint-Denis Val-de-Marne Val-d’Oise Haute-Garonne Hérault"
set encoding utf8
if (format eq 'svg') set terminal svg size 720,420 font 'DejaVu Sans,12'
if (format eq 'png') set terminal pngcairo size 720,420 font 'DejaVu Sans,9'
if (format eq 'pdf') set terminal pdfcairo size 7.5in,4.375in font 'DejaVu Sans,9'
set title 'Lits disponibles'
set xdata time
set timefmt '%s'
set format x '%m/%y'
set yrange [0:*]
set grid ytics
set key outside right
do for [i = 1:n] {
	set output out
	plot for [k = 1:10] data using 1:(column(k + 1)) \
	    with lines linewidth 1.6 title word(names, k)
}
set output
