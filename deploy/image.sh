#!/bin/sh
# usage: image.sh JAR DIRECTORY: makes DIRECTORY a Java with nothing but what the sidecar needs, sluice-sidecar.jar, a
# launcher, bin/sluice-sidecar, and an archive of the classes that a start takes. Uses the JDK at
# JAVA_HOME, or the one on the PATH.
set -eu

jar=$1
home=$2
jdk=${JAVA_HOME:+$JAVA_HOME/bin/}

# java.naming: the host names in certificates. jdk.unsupported: Netty, and hearing a second signal. jdk.crypto.ec: TLS
# with elliptic curves, a module of its own before Java 22.
modules=java.base,java.logging,java.management,java.naming,jdk.unsupported,jdk.crypto.ec
"${jdk}jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --output "$home"

mkdir -p "$home/lib/sluice"
cp "$jar" "$home/lib/sluice/sluice-sidecar.jar"
cp "$(dirname "$0")/start.sh" "$home/lib/sluice/start.sh"
cat >"$home/bin/sluice-sidecar" <<'LAUNCHER'
#!/bin/sh
# JAVA_OPTS come last and so overrule what is set by start.sh.
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
exec "$home/lib/sluice/start.sh" "$home/bin/java" "$home/lib/sluice/sluice-sidecar.jar" "$home/lib/sluice" sidecar "$@"
LAUNCHER
chmod +x "$home/bin/sluice-sidecar"
"$home/bin/java" -Xshare:dump >/dev/null
"$home/lib/sluice/start.sh" "$home/bin/java" "$home/lib/sluice/sluice-sidecar.jar" "$home/lib/sluice" archive
