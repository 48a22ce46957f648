# Psql.pm - one psql that stays, for tests that ask thousands of questions.
#
#   my $sql = Psql->new($pg);
#   my $n = $sql->ask('SELECT 1');       # lines; dies when refused
package Psql;

use strict;
use warnings;
use Encode qw(encode_utf8);
use IPC::Open2 qw(open2);

sub new {
	my ($class, $pg) = @_;
	my $pid = open2(my $out, my $in, 'sh', '-c', 'exec psql -XqAt -v ON_ERROR_STOP=0 "$1" 2>&1', 'sh', $pg->conninfo);
	$in->autoflush(1);
	return bless { pid => $pid, in => $in, out => $out, owner => $$ }, $class;
}

sub ask {
	my ($self, $sql) = @_;
	print { $self->{in} } encode_utf8($sql), ";\n\\echo --end--\n";
	my $text = '';
	while (defined(my $line = readline $self->{out})) {
		last if $line eq "--end--\n";
		$text .= $line;
	}
	die "psql: $text\n$sql\n" if $text =~ /^(?:psql:.*)?ERROR:/m;
	$text =~ s/\n\z//;
	return $text;
}

sub DESTROY {
	my ($self) = @_;
	return if $self->{owner} != $$;
	local $?;
	close $self->{in};
	waitpid $self->{pid}, 0;
	return;
}

1;
