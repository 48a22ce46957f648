# Mailbox.pm - a folder that mails of one test land in, through a program of
# its own that stands for sendmail.
#
#   my $box = Mailbox->new($dir);
#   my $auth = Pool->new($pg, pool => 'auth', settings => { $box->settings, … });
#   my $mail = $box->wait_for('x@ror.example');     # { raw, text }
package Mailbox;

use strict;
use warnings;
use Encode qw(decode);
use MIME::QuotedPrint qw(decode_qp);

sub new {
	my ($class, $dir) = @_;
	my $self = bless { dir => "$dir/mail", program => "$dir/sendmail" }, $class;
	mkdir $self->{dir} or die "$self->{dir}: $!";
	chmod 0777, $self->{dir};
	$self->mend;
	return $self;
}

sub settings { return (sendmail => $_[0]{program}, mail_from => 'ne-pas-repondre@ror.example') }

sub program {
	my ($self, $text) = @_;
	open my $out, '>', "$self->{program}.new" or die $!;
	print {$out} "#!/bin/sh\n$text";
	close $out or die $!;
	chmod 0755, "$self->{program}.new";
	rename "$self->{program}.new", $self->{program} or die $!;
	return;
}

# Its arguments are kept with the message, to be looked at.
sub mend {
	my ($self) = @_;
	$self->program(<<"END");
cd '$self->{dir}' || exit 1
n=\$(date +%s%N)-\$\$
{ printf 'X-Arguments: %s\\n' "\$*"; cat; } >".\$n" && mv ".\$n" "\$n.eml"
END
	return;
}

sub break_it { $_[0]->program("exit 1\n"); return }

# Every mail to somebody, the oldest first.
sub mails {
	my ($self, $to) = @_;
	my @found;
	for my $file (sort glob "$self->{dir}/*.eml") {
		open my $in, '<:raw', $file or next;
		my $raw = do { local $/; <$in> };
		my ($head, $body) = split /\n\n/, $raw, 2;
		next if $head !~ /<\Q$to\E>/;
		push @found, { raw => $raw, head => $head,
		    text => decode('UTF-8', decode_qp($body)) };
	}
	return @found;
}

sub count { my @m = $_[0]->mails($_[1]); return scalar @m }

# The first one after n of them.
sub wait_for {
	my ($self, $to, $n) = @_;
	for (1 .. 150) {
		my @m = $self->mails($to);
		return $m[-1] if @m > ($n // 0);
		select undef, undef, undef, 0.1;
	}
	die "no mail to $to";
}

# Until no order is left.
sub settled {
	my ($self, $pg) = @_;
	for (1 .. 150) {
		return 1 if $pg->psql('SELECT count(*) FROM auth.mail_order WHERE ended_at IS NULL') == 0;
		select undef, undef, undef, 0.1;
	}
	return 0;
}

1;
