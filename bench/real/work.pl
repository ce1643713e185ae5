# SPDX-License-Identifier: MIT
# work.pl: hashes, sorting, substitution and recursion.
use strict;
use warnings;
my $share = shift // 1;
my %h;
$h{"key " . ($_ * 7919 % 100003)} = [ $_, "value $_", { n => $_ % 17 } ] for 1 .. 100000 * $share;
my @sorted = sort { $h{$a}[0] <=> $h{$b}[0] } keys %h;
my $text = join "\n", map { "$_=$h{$_}[1]" } @sorted;
(my $changed = $text) =~ s/(\d+)/sprintf("<%x>", $1)/ge;
print scalar(@sorted), " ", length($changed), "\n";
sub fib { my $n = shift; $n < 2 ? $n : fib($n - 1) + fib($n - 2) }
print fib(22 + int(log($share) / log(1.618))), "\n";
