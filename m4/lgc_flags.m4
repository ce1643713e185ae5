# SPDX-License-Identifier: MIT
# lgc_flags.m4: keeps those compiler flags of a list that this compiler takes.

# LGC_TRY_CFLAGS(VARIABLE, FLAGS): appends to VARIABLE each of FLAGS with which
# the current language's compiler compiles, warnings counted as errors: gcc
# merely warns about an option of another language.  FLAGS is normalized
# because a line break in it would end up inside a shell assignment.
AC_DEFUN([LGC_TRY_CFLAGS], [
  for lgc_flag in m4_normalize([$2]); do
    AC_MSG_CHECKING([whether _AC_LANG compiler takes $lgc_flag])
    lgc_saved=$[]_AC_LANG_PREFIX[]FLAGS
    _AC_LANG_PREFIX[]FLAGS="$lgc_saved -Werror $lgc_flag"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
      [AS_VAR_APPEND([$1], [" $lgc_flag"])
       AC_MSG_RESULT([yes])],
      [AC_MSG_RESULT([no])])
    _AC_LANG_PREFIX[]FLAGS=$lgc_saved
  done
])
