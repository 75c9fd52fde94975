#!/bin/sh
# usage: start.sh JAVA JAR ARCHIVES COMMAND [ARGUMENT...]: runs a command of JAR, sluice-sidecar.jar, with the options of
# the JVM that suit a sidecar. JAVA_OPTS come last and so overrule them.
#
# ARCHIVES is a directory for an archive of the classes that a start takes, made by the first start of each Java and
# jar, which takes some seconds more. Where it cannot be written, or an archive does not fit, all starts take longer and
# nothing else happens. start.sh JAVA JAR ARCHIVES archive only makes it.
set -eu

java=$1
jar=$2
archives=$3
command=$4
shift 4

# The budget, sluice.sidecar.max.custody.bytes, in MiB, where flags or the environment set it; else what it is by default.
budget_mib() {
  text=${SLUICE_SIDECAR_MAX_CUSTODY_BYTES:-64MiB}
  for argument; do
    case $argument in
      --set=sluice.sidecar.max.custody.bytes=* | sluice.sidecar.max.custody.bytes=*) text=${argument##*=} ;;
    esac
  done
  number=${text%%[!0-9]*}
  [ -n "$number" ] || text=64MiB number=64 # no size, which the sidecar will say
  case ${text#"$number"} in
    *[kK]*) echo $((number >> 10)) ;;
    *[mM]*) echo "$number" ;;
    *[gG]*) echo $((number << 10)) ;;
    *) echo $((number >> 20)) ;;
  esac
}

# 256 MiB with the usual budget: what is held, its bookkeeping and what is being sent of it, and 64 MiB for all else. At
# first it is small, the young generation too, and it shrinks after a backlog. docs/sidecar.md says more.
case ${JAVA_OPTS:-} in
  *-Xmx* | *RAMPercentage*) options='' ;;
  *)
    heap=$((64 + 3 * $(budget_mib "$@")))
    options="-Xmx${heap}m -Xms$((heap < 80 ? heap : 80))m -Xmn32m -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40"
    ;;
esac
options="$options -Xss512k -XX:ReservedCodeCacheSize=32m -XX:MaxDirectMemorySize=32m"
case ${JAVA_OPTS:-} in
  *-XX:+Use*GC*) ;; # the JVM takes only one
  *) options="$options -XX:+UseSerialGC" ;;
esac

# Of the C library: two places to allocate from instead of eight for each processor, and what is free goes back.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}" MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-131072}"

# One for each Java, by its place; the JVM itself refuses what another version made.
key=$(readlink -f "$java" | cksum)
archive=$archives/sidecar-${key%% *}

# is_current ARCHIVE: it is there, and younger than what it was made of.
is_current() {
  # shellcheck disable=SC3013 # every shell has it
  [ -s "$1" ] && [ "$1" -nt "$jar" ] && [ "$1" -nt "$java" ]
}

has_archive() {
  is_current "$archive.aot" || is_current "$archive.jsa"
}

# make NAME OPTION: the archive NAME by a short life of a sidecar with a clean environment. A JVM that does not know the
# option ends at once. The archive gets its name when it is whole.
make() {
  made=$archives/.$$.$1
  # shellcheck disable=SC2086 # several options
  env -i "$java" $options "$2=$made" -jar "$jar" rehearse >/dev/null 2>&1 || true
  [ ! -s "$made" ] || mv -f "$made" "$archives/$1"
  rm -f "$made" "$made".*
}

# Java 25 and newer keep linked classes and profiles, too; older ones keep classes.
make_archive() {
  [ -d "$archives" ] && [ -w "$archives" ] || return 0
  rm -f "$archive.aot" "$archive.jsa"
  make "${archive##*/}.aot" -XX:AOTCacheOutput
  [ -s "$archive.aot" ] || make "${archive##*/}.jsa" -XX:ArchiveClassesAtExit
}

has_archive || make_archive
if [ "$command" = archive ]; then
  has_archive
  exit
fi
# Not fitting, as with a collector that JAVA_OPTS name, is nobody's news.
from_archive=''
if is_current "$archive.aot"; then
  from_archive=-XX:AOTCache=$archive.aot
  options="$options -Xlog:aot*=off -Xlog:cds*=off"
elif is_current "$archive.jsa"; then
  from_archive=-XX:SharedArchiveFile=$archive.jsa
  options="$options -Xlog:cds*=off"
fi
set -f
# shellcheck disable=SC2086 # several options
exec "$java" $options ${from_archive:+"$from_archive"} ${JAVA_OPTS:-} -jar "$jar" "$command" "$@"
