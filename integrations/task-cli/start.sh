#!/bin/sh
# Starts a command of this module: start.sh NAME CLASS ARGUMENT... Has Maven compile it when there is none or it is old.
home=$(cd "$(dirname "$0")/../.." && pwd -P) || exit 1
name=$1
class=$2
shift 2
start=$home/integrations/task-cli/target/task/$name.sh

# Without a module's classes the class path in the script points nowhere; in a copied checkout it points to the other one.
is_current() {
    [ -f "$start" ] || return 1
    grep -qF "$home/integrations/task-cli/target/task/classes" "$start" || return 1
    for module in agent-core langchain4j-adapter integrations/task-cli; do
        [ -d "$home/$module/target/task/classes/dev" ] || return 1
        [ -z "$(find "$home/$module/pom.xml" "$home/$module/src/main" -newer "$start" | head -n 1)" ] || return 1
    done
    [ -z "$(find "$home/pom.xml" -newer "$start")" ]
}

# Only the modules that the command needs; a line for each, since the first time Maven may also have to fetch things.
compile() {
    if ! command -v mvn > /dev/null; then
        echo "$name: there is no Maven (mvn) to compile it with; install Maven 3.8 or newer and a JDK of 21 or newer"
        return 1
    fi
    echo "$name: compiling, once; this takes some 20 seconds, longer if Maven has to fetch libraries; later starts need none of it"
    log=$(mktemp) || return 1
    {
        cd "$home" && mvn -B -Ptask -pl integrations/task-cli -am -Dmain=dev.interlock.task.Launcher \
            -Dargs="integrations/task-cli/target/task/$name.sh $class" 2>&1 || echo 'BUILD ENDED WITH AN ERROR'
    } | tee "$log" | sed -n "s/^\[INFO\] Building \(.*[^ ]\)  *[^ ]*  *\(\[[0-9]*\/[0-9]*\]\)\$/$name: \2 \1/p"
    if grep -q '^BUILD ENDED WITH AN ERROR$' "$log"; then
        grep '^\[ERROR\]' "$log" || cat "$log"
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# Two first starts at once would write each other's classes. Gives up waiting after five minutes, for a lock that a kill left.
lock=$home/integrations/task-cli/target/$name.lock
alone() {
    mkdir -p "$home/integrations/task-cli/target" || return 1
    waited=0
    until mkdir "$lock" 2> /dev/null; do
        [ "$waited" -lt 300 ] || break
        [ "$waited" -gt 0 ] || echo "$name: waits for another start that compiles" >&2
        sleep 1
        waited=$((waited + 1))
    done
    trap 'rmdir "$lock" 2> /dev/null' EXIT
    trap 'exit 130' INT TERM HUP
}

if ! is_current; then
    alone || exit 1
    is_current || compile >&2 || exit 1
    rmdir "$lock" 2> /dev/null
    trap - EXIT INT TERM HUP
fi
exec sh "$start" "$@"
