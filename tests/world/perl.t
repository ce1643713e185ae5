#!/bin/sh
# SPDX-License-Identifier: MIT
# perl.t: perl computes the same under the library.
. "${srcdir=.}/tests/lib/world.sh"
need perl
PERL_HASH_SEED=0
export PERL_HASH_SEED
cat >"$scratch/work.pl" <<'PL'
use strict; use warnings;
use Digest::MD5 qw(md5_hex);
my %h;
$h{"key " . ($_ * 7919 % 100003)} = [ $_, "value $_", { n => $_ % 17 } ] for 1 .. 60000;
my @sorted = sort { $h{$a}[0] <=> $h{$b}[0] } keys %h;
print "keys ", scalar(@sorted), " first $sorted[0] last $sorted[-1]\n";
my $text = join "\n", map { "$_=$h{$_}[1]" } @sorted;
print "md5 ", md5_hex($text), "\n";
my %count;
$count{$1}++ while $text =~ /value \d*(\d)$/mg;
print "count ", join(" ", map { "$_:$count{$_}" } sort keys %count), "\n";
(my $changed = $text) =~ s/(\d+)/sprintf("<%x>", $1)/ge;
print "changed ", length($changed), "\n";
sub fib { my $n = shift; $n < 2 ? $n : fib($n - 1) + fib($n - 2) }
print "fib ", fib(20), "\n";
my @queue = map { { next => undef, n => $_ } } 1 .. 30000;
$queue[$_ - 1]{next} = $queue[$_] for 1 .. $#queue;
my ($sum, $at) = (0, $queue[0]);
while ($at) { $sum += $at->{n}; $at = $at->{next} }
print "sum $sum\n";
print "child ", `echo from a child`;
print "caught $@" unless eval { die "with a message\n" };
warn "a warning\n";
exit 3;
PL
workload() {
    "$@" perl "$scratch/work.pl"
    echo "status $?"
}
world perl
finish
