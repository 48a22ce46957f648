# Slapd.pm - a private directory of accounts for one test, gone at the end.
#
#   my $ldap = Slapd->new("$dir/ldap", "login;name;password;…\n…");
#   my $auth = Pool->new($pg, pool => 'auth', settings => { $ldap->settings });
#   $ldap->stop; $ldap->start; $ldap->freeze; $ldap->thaw;
#
# The second argument is the text of a table like sql/demo/accounts.csv.  The
# work is done by tests/stand/slapd.sh, as for the demonstration.
package Slapd;

use strict;
use warnings;
use Cluster;
use IO::Socket::INET;

my %alive;

END { my $status = $?; $_->stop for values %alive; $? = $status }

sub new {
	my ($class, $dir, $accounts) = @_;
	my $free = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
	    or die "no free port: $!";
	my $self = bless { dir => $dir, port => $free->sockport, owner => $$,
	    csv => "$dir.csv" }, $class;
	close $free;
	open my $csv, '>', $self->{csv} or die "$self->{csv}: $!";
	print {$csv} "login;name;password;role;scope;code;must_change;note\n",
	    $accounts;
	close $csv or die $!;
	$self->start;
	return $self;
}

sub dir { return $_[0]{dir} }
sub port { return $_[0]{port} }
sub pid { return $_[0]{pid} }

# Run by a shell that stays until slapd ends, so that somebody reaps it.
sub start {
	my ($self) = @_;
	my $user = $> == 0 ? Cluster::server_user() : getpwuid $>;
	my $shell = open my $out, '-|';
	defined $shell or die "fork: $!";
	if (!$shell) {
		# A Ctrl-C is for the test, which stops what it started.
		require POSIX;
		POSIX::setsid();
		no warnings 'exec';
		exec 'bash', '-c', '. "$1" && slapd_start "$2" "$3" "$4" "$5" && '
		    . 'echo "pid $SLAPD_PID" && exec >&- && wait', 'slapd',
		    Cluster::root() . '/tests/stand/slapd.sh', $self->{dir},
		    $self->{port}, $user, $self->{csv};
		POSIX::_exit(127);
	}
	my ($pid) = (<$out> // '') =~ /^pid (\d+)/
	    or die 'slapd does not start';
	@$self{qw(pid shell out)} = ($pid, $shell, $out);
	$alive{ $self->{dir} } = $self;
	return;
}

sub freeze { kill STOP => $_[0]{pid}; return }
sub thaw { kill CONT => $_[0]{pid}; return }

sub stop {
	my ($self, $signal) = @_;
	return if $self->{owner} != $$ || !delete $alive{ $self->{dir} };
	kill CONT => $self->{pid};
	kill $signal // 'TERM', $self->{pid};
	local $?;
	close $self->{out};		# waits for the shell
	return;
}

sub settings {
	my ($self) = @_;
	my $text = qx(bash -c '. "\$0"; slapd_settings "\$1" "\$2"' "@{[Cluster::root()]}/tests/stand/slapd.sh" "$self->{dir}" $self->{port});
	return map { /^(\w+) = (.*)$/ ? ($1, $2) : () } split /\n/, $text;
}

sub DESTROY { local $?; $_[0]->stop; return }

1;
