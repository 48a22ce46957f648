# Cluster.pm - a private PostgreSQL for one test: own folder, own socket, gone
# at the end, also when the test dies or is interrupted.
#
#   use lib 'tests/integration/lib';
#   my $pg = Cluster->new;              # initdb, start, ror-db init
#   is($pg->psql('SELECT 1'), '1', 'answers');
#   my $dsn = $pg->conninfo(user => 'ror_app');
#   my ($status, $text) = $pg->ror_db('verify');
#
# new() takes: init => 0 (no ror-db init), settings => { name => value },
# port => number (only names the socket: nothing listens on TCP unless
# settings ask for it).  PostgreSQL refuses to run as root: then the server
# runs as ROR_TEST_USER, or ror, or postgres, whichever exists.
package Cluster;

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);

my $root = abs_path(dirname(__FILE__) . '/../../..');
my %alive;

# Default signals end a process without END blocks: servers would stay.
$SIG{$_} //= sub { exit 1 } for qw(INT TERM HUP);
$SIG{PIPE} //= 'IGNORE';
END { my $status = $?; $_->stop for values %alive; $? = $status }

sub root { return $root }

sub new {
	my ($class, %arg) = @_;
	my $self = bless {
		port => $arg{port} // 5432,
		db   => $arg{db} // 'ror',
		pid  => $$,
		bin  => bindir(),
		user => $> == 0 ? server_user() : undef,
		# Short: a socket's path must stay under 107 bytes.
		dir  => tempdir('rorXXXXXX', DIR => '/tmp', CLEANUP => 0),
	}, $class;
	if ($self->{user}) {
		my (undef, undef, $uid, $gid) = getpwnam $self->{user};
		chown $uid, $gid, $self->{dir} or die "chown: $!";
	}
	$alive{ $self->{dir} } = $self;
	$self->{log} = "$self->{dir}/log";
	$self->server("$self->{bin}/initdb", '-D', $self->data, '-U', 'postgres',
	    '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync');
	$self->configure(%{ $arg{settings} // {} });
	$self->start;
	if ($arg{init} // 1) {
		my ($status, $text) = $self->ror_db('init');
		die "ror-db init: $text" if $status;
	}
	return $self;
}

sub data { return "$_[0]{dir}/data" }
sub dir  { return $_[0]{dir} }
sub log  { return $_[0]{log} }
sub port { return $_[0]{port} }

sub conninfo {
	my ($self, %arg) = @_;
	return sprintf 'host=%s port=%d dbname=%s user=%s', $self->{dir},
	    $self->{port}, $arg{db} // $self->{db}, $arg{user} // 'postgres';
}

# The environment that libpq and ror-db need to reach this cluster.
sub env {
	my ($self) = @_;
	return (PGHOST => $self->{dir}, PGPORT => $self->{port},
	    PGUSER => 'postgres', ROR_DATABASE => $self->{db});
}

# Run a command in that environment: (exit status, both outputs as one text).
sub run {
	my ($self, @command) = @_;
	my %env = $self->env;
	local @ENV{ keys %env } = values %env;
	delete local @ENV{qw(PGDATABASE PGSERVICE PGPASSWORD PGOPTIONS)};
	my $pid = open my $out, '-|';
	defined $pid or die "fork: $!";
	if (!$pid) {
		open STDERR, '>&', \*STDOUT or die;
		open STDIN, '<', '/dev/null' or die;
		exec @command or die "$command[0]: $!";
	}
	my $text = do { local $/; <$out> } // '';
	close $out;
	return ($? >> 8 || $? & 127, $text);
}

sub ror_db {
	my ($self, @arg) = @_;
	return $self->run("$root/sql/ror-db", @arg);
}

# Rows as lines, columns separated by |; dies when the statement fails.
sub psql {
	my ($self, $sql, %arg) = @_;
	my ($status, $text) = $self->run('psql', '-X', '-q', '-At', '-v',
	    'ON_ERROR_STOP=1', '-d', $self->conninfo(%arg), '-c', $sql);
	die "psql: $text" if $status;
	chomp $text;
	return $text;
}

# The same, but returns the error text, or '' when nothing was refused.
sub psql_error {
	my ($self, $sql, %arg) = @_;
	return eval { $self->psql($sql, %arg); '' } // $@;
}

sub start {
	my ($self) = @_;
	$self->server("$self->{bin}/pg_ctl", '-D', $self->data, '-l', $self->{log},
	    '-w', '-t', '60', 'start');
	$self->{up} = 1;
	return;
}

# mode: fast (default), smart, immediate
sub halt {
	my ($self, $mode) = @_;
	return if !delete $self->{up};
	$self->server("$self->{bin}/pg_ctl", '-D', $self->data, '-w', '-t', '60',
	    '-m', $mode // 'fast', 'stop');
	return;
}

sub stop {
	my ($self) = @_;
	return if $self->{pid} != $$ || !delete $alive{ $self->{dir} };
	eval { $self->halt('immediate'); 1 } or warn $@;
	system 'rm', '-rf', '--', $self->{dir};
	return;
}

sub DESTROY { local $?; $_[0]->stop; return }

sub configure {
	my ($self, %setting) = @_;
	my %all = (
		listen_addresses        => '',
		unix_socket_directories => $self->{dir},
		port                    => $self->{port},
		fsync                   => 'off',
		synchronous_commit      => 'off',
		full_page_writes        => 'off',
		max_connections         => 40,
		shared_buffers          => '64MB',
		log_timezone            => 'UTC',
		timezone                => 'UTC',
		%setting,
	);
	open my $conf, '>>', $self->data . '/postgresql.conf' or die $!;
	print {$conf} "$_ = '$all{$_}'\n" for sort keys %all;
	close $conf or die $!;
	return;
}

# As the server's user; quiet unless it fails.
sub server {
	my ($self, @command) = @_;
	unshift @command, 'setpriv', '--reuid', $self->{user}, '--regid',
	    (getgrgid((getpwnam $self->{user})[3]))[0], '--clear-groups'
	    if $self->{user};
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		# Its own session: a Ctrl-C is for the test, which stops the server.
		require POSIX;
		POSIX::setsid();
		chdir $self->{dir};
		open STDIN, '<', '/dev/null' or die;
		open STDOUT, '>', "$self->{dir}/out" or die;
		open STDERR, '>&', \*STDOUT or die;
		exec @command or POSIX::_exit(127);
	}
	waitpid $pid, 0;
	return if $? == 0;
	my $said = '';
	for my $file ("$self->{dir}/out", $self->{log}) {
		open my $in, '<', $file or next;
		local $/;
		$said .= <$in> // '';
	}
	die "@command failed:\n$said";
}

sub server_user {
	for my $user (grep { defined } $ENV{ROR_TEST_USER}, 'ror', 'postgres') {
		return $user if defined getpwnam $user;
	}
	die 'PostgreSQL refuses root, and no user ror or postgres exists';
}

sub bindir {
	my ($newest) = sort { ($b =~ /(\d+)/)[0] <=> ($a =~ /(\d+)/)[0] }
	    glob '/usr/lib/postgresql/*/bin';
	return $newest // die 'no PostgreSQL server in /usr/lib/postgresql';
}

1;
