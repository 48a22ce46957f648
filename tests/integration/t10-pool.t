# The parent of a pool: it replaces workers, drains, reopens its log, counts.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use IO::Socket::UNIX;
use POSIX ();
use Socket qw(SOCK_STREAM);
use Test::More;
use Cluster;
use Pool;

my $pg = Cluster->new;
my $pool = Pool->new($pg, workers => 2);
my $run = $pg->dir . '/run-app';

# Nothing here is a matter of seconds; this is only the guard.
sub wait_until {
	my ($test) = @_;
	for (1 .. 400) {
		return 1 if $test->();
		select undef, undef, undef, 0.05;
	}
	return;
}

sub name_of {
	open my $in, '<', "/proc/$_[0]/comm" or return '';
	my $name = <$in> // '';
	chomp $name;
	return $name;
}

sub workers {
	open my $in, '<', "/proc/@{[$pool->pid]}/task/@{[$pool->pid]}/children"
	    or return;
	my @pid = sort { $a <=> $b } split ' ', <$in> // '';
	# The pool app keeps one more process, the indexer.
	return grep { name_of($_) ne 'ror-indexer' } @pid;
}

sub up { return eval { $pool->web->get('/healthz')->{status} == 200 } }

sub metrics {
	my $s = IO::Socket::UNIX->new(Type => SOCK_STREAM,
	    Peer => "$run/app-metrics.sock") or die "metrics: $!";
	print {$s} "GET /metrics HTTP/1.0\r\n\r\n";
	$s->flush;
	local $/;
	return <$s>;
}

sub counted {
	my ($name) = @_;
	return metrics() =~ /^\Q$name\E (\S+)$/m ? $1 : 0;
}

# --- workers die ----------------------------------------------------------------
my @old = workers();
is(@old, 2, 'as many workers as asked for');
kill KILL => $old[0];
ok(wait_until(sub { my @now = workers(); @now == 2 && !grep { $_ == $old[0] } @now }),
    'a killed one is replaced');
ok((grep { $_ == $old[1] } workers()), 'the other stays');
ok(up(), 'requests are answered');
like($pool->log, qr/event=worker_died pool=app pid=$old[0] status=-1 signal=9/, 'the log says so');
kill SEGV => $_ for workers();
ok(wait_until(sub { counted('ror_worker_deaths_total{pool="app"}') == 3 && workers() == 2 && up() }),
    'all of them at once are replaced too');

# A worker that dies at once is started later and later: fewer times than
# without back-off, in the same time.
my $before = counted('ror_worker_deaths_total{pool="app"}');
my $kills = 0;
for (1 .. 40) {
	$kills += kill KILL => workers();
	select undef, undef, undef, 0.05;
}
my $deaths = counted('ror_worker_deaths_total{pool="app"}') - $before;
cmp_ok($deaths, '>', 1, 'killed again and again, they come again');
cmp_ok($deaths, '<', 20, "but not in a rage: $deaths times in 40");
ok(wait_until(sub { workers() == 2 && up() }), 'and all is well afterwards');

# --- requests while workers die ---------------------------------------------------
my ($answered, $cut) = (0, 0);
for my $n (1 .. 60) {
	kill KILL => (workers())[0] if $n % 20 == 0;
	eval { $pool->web->get('/healthz')->{status} == 200 } ? $answered++ : $cut++;
}
cmp_ok($answered, '>=', 57, "of 60 requests with 3 workers killed, $answered are answered");
ok(wait_until(sub { workers() == 2 }), 'and both are back in the end');

# --- the log is rotated -----------------------------------------------------------
my $log = "$run/log";
rename $log, "$log.1" or die $!;
up();
ok(!-e $log, 'until it is told, it writes on in the old file');
kill HUP => $pool->pid;
ok(wait_until(sub { up(); -s $log }), 'SIGHUP opens the new one');
# A worker reopens it between two requests: the old file gets no more lines.
ok(wait_until(sub {
	my $size = -s "$log.1";
	up() for 1 .. 10;
	$size == -s "$log.1";
}), 'for the workers too');

# Signals in a heap, requests in between.
for (1 .. 100) {
	kill HUP => $pool->pid;
	kill CHLD => $pool->pid;
	kill HUP => workers();
}
ok(up(), 'a hundred signals later it answers');
is(workers(), 2, 'with the same number of workers')
    or diag(grep { /event=/ } split /^/, $pool->log);

# --- metrics ------------------------------------------------------------------------
my $name = 'ror_requests_total{pool="app",route="/healthz",status="2xx"}';
my $count = counted($name);
$pool->web->get('/healthz') for 1 .. 5;
ok(wait_until(sub { counted($name) == $count + 5 }), 'what any worker answered is counted');
$pool->web->get('/inconnu');
ok(wait_until(sub { counted('ror_requests_total{pool="app",route="-",status="4xx"}') >= 1 }),
    'unknown paths under one name');
my $text = metrics();
like($text, qr/^Content-Type: application\/openmetrics-text/m, 'in the format of OpenMetrics');
like($text, qr/# EOF\n\z/, 'whole');
my @bucket = $text =~ /_bucket\{[^}]*\} (\d+)/g;
my ($sum) = $text =~ /^ror_request_seconds_count\{[^}]*\} (\d+)$/m;
is_deeply([sort { $a <=> $b } @bucket], \@bucket, 'buckets only grow');
is($bucket[-1], $sum, 'up to the count');
# Somebody who connects and says nothing must not stop the parent.
my @mute = map { IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => "$run/app-metrics.sock") } 1 .. 3;
my ($victim) = workers();
kill KILL => $victim;
ok(wait_until(sub { my @now = workers(); @now == 2 && !grep { $_ == $victim } @now }),
    'a mute client of the metrics does not stop it');
close $_ for grep { defined } @mute;

# --- health -----------------------------------------------------------------------
ok(wait_until(sub { up() }), 'healthz: 200 while the database answers');
$pg->halt('fast');
my $r = $pool->web->get('/healthz');
is($r->{status}, 503, 'healthz: 503 while it does not');
$pg->start;
ok(wait_until(sub { up() }), 'healthz: 200 when it is back');

# --- the end --------------------------------------------------------------------------
# A request that waits for a lock is in hand when the parent is told to stop.
my $me = $pool->sign_in('a@ror.example', 'clinician:france:FR');
sub in_hand {
	my ($during) = @_;
	my $lock = open my $psql, '|-', 'psql', '-X', '-q', '-d', $pg->conninfo;
	die "psql: $!" if !$lock;
	$psql->autoflush(1);
	print {$psql} "BEGIN; LOCK TABLE auth.session IN ACCESS EXCLUSIVE MODE;\n";
	wait_until(sub { $pg->psql("SELECT count(*) FROM pg_catalog.pg_locks WHERE mode = 'AccessExclusiveLock'"
	    . " AND granted AND relation = 'auth.session'::regclass") == 1 }) or die 'no lock';
	pipe my $in, my $out or die $!;
	my $asker = fork // die "fork: $!";
	if (!$asker) {
		print {$out} eval { $me->get('/accueil')->{status} } // "cut: $@";
		close $out;
		POSIX::_exit(0);
	}
	close $out;
	wait_until(sub { $pg->psql('SELECT count(*) FROM pg_catalog.pg_locks WHERE NOT granted') > 0 })
	    or die 'nobody waits';
	$during->();
	print {$psql} "COMMIT;\n";
	close $psql;
	my $status = <$in>;
	waitpid $asker, 0;
	return $status;
}
# The same when a worker waits for the rest of a form.
sub slow_form {
	my ($during) = @_;
	my $r = eval { $me->post('/theme', { theme => 'dark' }, midway => sub {
		select undef, undef, undef, 0.2;
		$during->();
		select undef, undef, undef, 0.2;
	}) };
	return $r ? $r->{status} : "cut: $@";
}
is(slow_form(sub { kill HUP => $pool->pid, workers() }), 303, 'nor a form on its way');
is(in_hand(sub { kill HUP => $pool->pid, workers(); select undef, undef, undef, 0.3 }), 200,
    'a signal to reopen the log does not disturb a request in hand');
my @last = workers();
is(in_hand(sub {
	kill TERM => $pool->pid for 1 .. 3;
	select undef, undef, undef, 0.5;
	ok(kill(0, $pool->pid), 'told to stop, it waits for the request in hand');
}), 200, 'which is answered');
waitpid $pool->pid, 0;
is($?, 0, 'then it ends well');
ok(!kill(0, $_), "worker $_ is gone") for @last;
ok(!-e "$run/app.sock" && !-e "$run/app-metrics.sock", 'and so are its sockets');
like($pool->log, qr/event=pool_stopped pool=app killed=0/, 'nobody had to be killed');

# --- told to stop with half a form in hand --------------------------------------------
system 'rm', '-rf', $run;
$pool = Pool->new($pg, workers => 2);
is(slow_form(sub { kill TERM => $pool->pid }), 303, 'the rest of a form is waited for, too');
waitpid $pool->pid, 0;
is($?, 0, 'then it ends well again');

# --- a parent that is killed ----------------------------------------------------------
system 'rm', '-rf', $run;
$pool = Pool->new($pg, workers => 2);
@last = workers();
is(@last, 2, 'another pool');
kill KILL => $pool->pid;
waitpid $pool->pid, 0;
ok(wait_until(sub { !grep { kill 0, $_ } @last }), 'workers do not outlive a killed parent');

# --- settings that can't work ---------------------------------------------------------
my $program = $ENV{ROR_FCGI} // Cluster::root() . '/build/release/ror-fcgi';
sub start_with {
	my ($text, @arg) = @_;
	open my $conf, '>', "$run/bad.conf" or die $!;
	print {$conf} $text;
	close $conf or die $!;
	@arg = ('-c', "$run/bad.conf", '-p', 'app') if !@arg;
	my $said = qx(@{[join ' ', map { "'$_'" } $program, @arg]} 2>&1);
	return ($? >> 8, $said);
}
for my $case (
    ['an unknown setting', "colour = red\n", qr/bad\.conf:1: unknown setting colour/],
    ['a number that is none', "\napp_workers = many\n", qr/bad\.conf:2: setting app_workers: a number from 1 to 256/],
    ['too many workers', "app_workers = 257\n", qr/app_workers/],
    ['a line that is none', "app_workers\n", qr/"name = value" is wanted/],
    ['a folder that is not there', "run_dir = $run/none\n", qr/socket can't be made/],
    ['a log that can\'t be', "run_dir = $run\nlog_file = $run/none/log\n", qr/log file can't be opened/]) {
	my ($what, $text, $why) = @$case;
	my ($status, $said) = start_with($text);
	is($status, 1, "$what: it does not start");
	like($said, $why, "$what: and says why");
}
is((start_with('', '-x'))[0], 2, 'unknown options: usage');
is((start_with('', '-c', '/nowhere', '-p', 'app'))[0], 1, 'no settings: it does not start');
done_testing;
