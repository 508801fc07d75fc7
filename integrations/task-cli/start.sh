#!/bin/sh
# Starts a command of this module: start.sh NAME CLASS ARGUMENT... Has Maven compile it when there is none or it is old.
home=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
name=$1
class=$2
shift 2
start=$home/integrations/task-cli/target/$name.sh

# Without a module's classes the class path in the script points nowhere.
is_current() {
    [ -f "$start" ] || return 1
    for module in agent-core langchain4j-adapter integrations/task-cli; do
        [ -d "$home/$module/target/classes/dev" ] || return 1
        [ -z "$(find "$home/$module/pom.xml" "$home/$module/src/main" -newer "$start" | head -n 1)" ] || return 1
    done
    [ -z "$(find "$home/pom.xml" -newer "$start")" ]
}

if ! is_current; then
    echo "$name: compiling" >&2
    (cd "$home" && mvn -q -Ptask -Dmain=dev.interlock.task.Launcher -Dargs="integrations/task-cli/target/$name.sh $class") >&2 || exit 1
fi
exec sh "$start" "$@"
